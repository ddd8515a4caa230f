"""Which certificates does a TLS connection use, and which of them do not fit?

libvirt has one code for every misfit, and its text is never matched: so after a failure the host is
greeted once more by ourselves, where each misfit has a number of its own.
"""

import os
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from virt.errors import HostUnreachable, Unreachable
from virt.reaching.reach import cause_of, unreachable
from virt.uri import HostAddress

LOOK_SECONDS = 2.5
AUTHORITY, CERTIFICATE, KEY = "cacert.pem", "clientcert.pem", "clientkey.pem"
# Numbers of OpenSSL's X509_V_ERR_…
_EXPIRED = frozenset({9, 10})  # not yet, or no longer valid
_OTHER_NAME = frozenset({62, 64})  # host name, IP address
_WELCOME = b"\1"  # what libvirtd says once it has accepted our certificate


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of a TLS client: whom it believes, and who it is."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Certificates":
        """Return the files of a folder, named as libvirt wants them there."""
        return cls(folder / AUTHORITY, folder / CERTIFICATE, folder / KEY)

    @property
    def are_complete(self) -> bool:
        """Tell whether every file is there."""
        return all(path.is_file() for path in (self.authority, self.certificate, self.key))


SYSTEM = Certificates(
    Path("/etc/pki/CA") / AUTHORITY,
    Path("/etc/pki/libvirt") / CERTIFICATE,
    Path("/etc/pki/libvirt/private") / KEY,
)


def certificates_of(addr: HostAddress) -> Certificates:
    """Return the files that libvirt's client uses for an address."""
    if addr.pki:
        return Certificates.in_folder(Path(addr.pki))
    own = Certificates.in_folder(Path("~/.pki/libvirt").expanduser())
    return own if os.geteuid() != 0 and own.are_complete else SYSTEM


def misfit(addr: HostAddress, timeout: float = LOOK_SECONDS) -> HostUnreachable | None:
    """Return why a TLS host and our certificates do not fit, or None when they do."""
    files = certificates_of(addr)
    try:
        context = context_of(files)
    except OSError as error:
        return unreachable(Unreachable.NO_CERTIFICATE, f"{files.authority.parent}: {error}")
    place = (addr.hostname, addr.effective_port or 0)
    try:
        with socket.create_connection(place, timeout) as plain:
            return _greet(context, plain, addr.hostname)
    except OSError as error:
        return unreachable(cause_of(error), str(error))


def context_of(files: Certificates) -> ssl.SSLContext:
    """Read our files; without a certificate of our own we come anonymously, as libvirt does.

    Raises OSError where they are missing or cannot be read; ssl.SSLError is one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(files.authority)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # GnuTLS believes every certificate there
    if files.certificate.is_file():
        # A passphrase is never asked for on a terminal; libvirt takes no key that has one.
        context.load_cert_chain(files.certificate, files.key, password=b"")
    return context


def _greet(context: ssl.SSLContext, plain: socket.socket, name: str) -> HostUnreachable | None:
    """Exchange certificates, then wait for libvirtd's word that it accepts ours."""
    try:
        secure = context.wrap_socket(plain, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        return unreachable(_cause_of_number(error.verify_code), error.verify_message)
    except ssl.SSLError as error:
        return unreachable(Unreachable.NO_TLS, str(error))
    with secure:
        try:
            is_welcome = secure.recv(1) == _WELCOME
        except TimeoutError as error:
            return unreachable(Unreachable.TIMEOUT, str(error))
        except OSError:  # an alert, or closed without a word
            is_welcome = False
    return None if is_welcome else unreachable(Unreachable.CLIENT_CERTIFICATE)


def _cause_of_number(number: int) -> Unreachable:
    if number in _OTHER_NAME:
        return Unreachable.CERTIFICATE_NAME
    return Unreachable.CERTIFICATE_EXPIRED if number in _EXPIRED else Unreachable.CERTIFICATE


def first_end(addr: HostAddress, timeout: float = LOOK_SECONDS) -> datetime | None:
    """Return when the first of the host's certificate and our own ends; None when unknown."""
    ends = [end for end in (_end_of_ours(addr), _end_of_theirs(addr, timeout)) if end is not None]
    return min(ends, default=None)


def _end_of_ours(addr: HostAddress) -> datetime | None:
    try:
        data = certificates_of(addr).certificate.read_bytes()
        return x509.load_pem_x509_certificate(data).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _end_of_theirs(addr: HostAddress, timeout: float) -> datetime | None:
    try:
        context = context_of(certificates_of(addr))
        place = (addr.hostname, addr.effective_port or 0)
        with (
            socket.create_connection(place, timeout) as plain,
            context.wrap_socket(plain, server_hostname=addr.hostname) as secure,
        ):
            data = secure.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(data or b"").not_valid_after_utc
    except (OSError, ValueError):
        return None
