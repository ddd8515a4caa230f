"""RDP servers that say what a test likes, and a browser's end of RDP without a browser."""

import datetime
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from consoles.models import RdpAccess
from consoles.rdp import cleanpath
from consoles.rdp.negotiation import NEGOTIATION, TPKT, Security, Wish
from jobs.models import AuditEntry
from tests.consoles.conftest import ask, connect
from vms.models import VM

# The client's answer to the desktop, as far as it is looked at: TPKT, X.224, MCS, share control.
CONFIRM_ACTIVE = bytes.fromhex("0300001e02f08064000703eb70800f0f001300ef03") + bytes(9)
CONNECT_INITIAL = b"\x03\x00\x00\x0a\x02\xf0\x80\x7f\x65\x00"
Talk = Callable[[socket.socket], None]


def confirm(kind: int = 2, value: int = 1) -> bytes:
    """Return a server's X.224 answer."""
    content = NEGOTIATION.pack(kind, 0, 8, value)
    x224 = bytes([6 + len(content), 0xD0, 0, 0, 0, 0, 0]) + content
    return TPKT.pack(3, 0, 4 + len(x224)) + x224


def make_certificate(padding: int = 0) -> tuple[bytes, bytes]:
    """Return a certificate in DER, and a file's content with it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desktop")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now,
        now + datetime.timedelta(days=9),
    )  # fmt: skip
    if padding:
        oid = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
        extension = x509.UnrecognizedExtension(oid, bytes(padding))
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    pem += key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.DER), pem


@dataclass
class Server:
    """Listens on a port here and gives each connection to `talk`; notes what it hears."""

    talk: Talk
    heard: bytearray = field(default_factory=bytearray)
    joined: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self.joined.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self.talk(connection)
            while data := connection.recv(65536):
                self.heard += data
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def close(self) -> None:
        """Go away."""
        self._listener.close()
        for connection in self.joined:
            connection.close()


class Desktop(Server):
    """Speaks X.224 and TLS as it should, then hands over to `session`."""

    def __init__(self, session: Talk, security: Security = Security.TLS, padding: int = 0) -> None:
        self.session = session
        self.security = security
        self.renew(padding)
        super().__init__(self._begin)

    def renew(self, padding: int = 0) -> None:
        """Have another certificate from now on."""
        self.certificate, pem = make_certificate(padding)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(pem)
            file.flush()
            context.load_cert_chain(file.name)
        self._context = context

    def _begin(self, connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(confirm(value=self.security))
        with self._context.wrap_socket(connection, server_side=True) as secure:
            self.session(secure)


def echo(secure: socket.socket) -> None:
    """Send back what comes."""
    while data := secure.recv(65536):
        secure.sendall(data)


def request(security: int = 11, **fields: Any) -> bytes:
    """Return what a browser says first."""
    said: dict[str, Any] = {
        "version": 3390, "failure": None, "destination": "elsewhere.test:22", "proxy_auth": "x",
        "server_auth": None, "blob": None, "chain": None, "address": None,
        "x224": Wish("vera", Security(security)).message(),
    }  # fmt: skip
    return asn1.encode_der(cleanpath._Message(**said | fields))


def knock(gateway: Any, client: Any, vm: Any, first: bytes | None = None) -> Any:
    """Ask for a ticket, connect, and say the first words."""
    answer = ask(client, vm, kind="rdp").json()
    console = connect(gateway.path, client, answer["ticket"])
    console.send(request() if first is None else first)
    return console


def enter(gateway: Any, client: Any, vm: Any) -> tuple[Any, Any]:
    """Return an open console, and what the gateway said of the server."""
    console = knock(gateway, client, vm)
    return console, asn1.decode_der(cleanpath._Message, console.recv(30))


def serve(servers: list[Server], vm: VM, server: Server) -> Server:
    servers.append(server)
    RdpAccess.objects.update_or_create(vm=vm, defaults={"port": server.port})
    return server


def reasons() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.filter(action__startswith="console.rdp").order_by("seq")
    return [(one.action, one.outcome, one.detail.get("reason", "")) for one in found]
