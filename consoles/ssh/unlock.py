"""Which private key is this? Read in a process of its own, as `python -m consoles.ssh.unlock`.

Keys come from anybody who may open a console, and how much work unlocking one takes stands in the
key itself. So that is read first and bounded, and the process may not use more than a bound either.
In the gateway the same work would stop all other consoles. JSON comes in and goes out by pipes.
"""

import base64
import binascii
import json
import re
import resource
import struct
import sys

import asyncssh
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CPU_SECONDS = 20
MOST_MEMORY = 1024 * 1024 * 1024
MOST_ROUNDS = 1024  # of bcrypt: some eight seconds
MOST_ITERATIONS = 10_000_000  # of PBKDF2
MOST_SCRYPT = 64 * 1024 * 1024  # bytes of memory
MOST_LANES = 4  # of scrypt
MOST_BITS = 8192  # of an RSA key
PEM = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----(.*?)-----END \1PRIVATE KEY-----", re.S)
KINDS = frozenset(
    f"{name}".encode()
    for name in (
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "ssh-rsa",
    )
)  # fmt: skip
CIPHERS = frozenset(
    f"aes{bits}-{mode}".encode() for bits in (128, 192, 256) for mode in ("cbc", "ctr")
) | {b"aes128-gcm@openssh.com", b"aes256-gcm@openssh.com", b"chacha20-poly1305@openssh.com"}
OPENSSH = b"openssh-key-v1\0"
PBES2, PBKDF2, SCRYPT = (
    bytes.fromhex(text)
    for text in ("2a864886f70d01050d", "2a864886f70d01050c", "2b06010401da47040b")
)
SEQUENCE, INTEGER, OCTETS, OID = 0x30, 0x02, 0x04, 0x06


class KeyRefused(Exception):
    """The key is not taken for a reason of `consoles.closing`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_key(text: str, passphrase: str) -> str:
    """Return the key as OpenSSH writes one without a passphrase.

    Raises KeyRefused: ssh-bad-key, ssh-locked-key, ssh-wrong-passphrase, ssh-key-kind,
    ssh-key-costly.
    """
    if text.lstrip().startswith("PuTTY-User-Key-File"):
        raise KeyRefused("ssh-key-kind")
    found = PEM.search(text)
    if found is None:
        raise KeyRefused("ssh-bad-key")
    label = found[1].strip()
    if label == "OPENSSH":
        return _read_openssh(_decoded(found[2]), found[0], passphrase)
    is_locked = label == "ENCRYPTED" or "ENCRYPTED" in found[2]
    if label == "ENCRYPTED":
        _check_pkcs8(_decoded(found[2]))
    if is_locked and not passphrase:
        raise KeyRefused("ssh-locked-key")
    return _read_pem(found[0], passphrase if is_locked else "")


def _read_openssh(data: bytes, text: str, passphrase: str) -> str:
    if not data.startswith(OPENSSH):
        raise KeyRefused("ssh-bad-key")
    rest = data[len(OPENSSH) :]
    cipher, rest = _string(rest)
    kdf, rest = _string(rest)
    options, rest = _string(rest)
    public, rest = _string(rest[4:])  # after the number of keys
    if _string(public)[0] not in KINDS:
        raise KeyRefused("ssh-key-kind")
    if is_locked := cipher != b"none":
        if cipher not in CIPHERS or kdf != b"bcrypt":
            raise KeyRefused("ssh-key-kind")
        _salt, rounds = _string(options)
        if len(rounds) != 4:
            raise KeyRefused("ssh-bad-key")
        if struct.unpack(">I", rounds)[0] > MOST_ROUNDS:
            raise KeyRefused("ssh-key-costly")
        if not passphrase:
            raise KeyRefused("ssh-locked-key")
    try:
        key = asyncssh.import_private_key(text, passphrase if is_locked else None)
    except asyncssh.KeyEncryptionError as error:
        raise KeyRefused("ssh-wrong-passphrase") from error
    except ValueError as error:  # asyncssh.KeyImportError is one
        raise KeyRefused("ssh-bad-key") from error
    _check_size(key.pyca_key)
    return str(key.export_private_key("openssh").decode())


def _read_pem(text: str, passphrase: str) -> str:
    try:
        key = serialization.load_pem_private_key(text.encode(), passphrase.encode() or None)
    except UnsupportedAlgorithm as error:
        raise KeyRefused("ssh-key-kind") from error
    except (ValueError, TypeError, InternalError) as error:
        raise KeyRefused("ssh-wrong-passphrase" if passphrase else "ssh-bad-key") from error
    _check_size(key)
    form, lock = serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, lock).decode()


def _check_size(key: object) -> None:
    curves = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, curves):
        return
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size <= MOST_BITS:
        return
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeyRefused("ssh-key-kind")


def _check_pkcs8(data: bytes) -> None:
    """Look how much work it is to unlock a PKCS#8 key (RFC 8018, A.4; RFC 7914, 7)."""
    whole, _rest = _der(data, SEQUENCE)
    algorithm, _rest = _der(whole, SEQUENCE)
    scheme, rest = _der(algorithm, OID)
    if scheme != PBES2:
        raise KeyRefused("ssh-key-kind")
    both, _rest = _der(rest, SEQUENCE)
    derivation, _cipher = _der(both, SEQUENCE)
    kind, rest = _der(derivation, OID)
    facts, _rest = _der(rest, SEQUENCE)
    _salt, rest = _der(facts, OCTETS)
    count, rest = _integer(rest)
    if kind == PBKDF2:
        is_costly = count > MOST_ITERATIONS
    elif kind == SCRYPT:
        block, rest = _integer(rest)
        lanes, _rest = _integer(rest)
        is_costly = 128 * count * block > MOST_SCRYPT or lanes > MOST_LANES
    else:
        raise KeyRefused("ssh-key-kind")
    if is_costly:
        raise KeyRefused("ssh-key-costly")


def _decoded(text: str) -> bytes:
    """Return what stands in Base64 between the lines of a PEM block, without its headers."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise KeyRefused("ssh-bad-key") from error


def _string(data: bytes) -> tuple[bytes, bytes]:
    """Return the first string of SSH's form (RFC 4251, 5) and what follows."""
    if len(data) < 4:
        raise KeyRefused("ssh-bad-key")
    end = 4 + struct.unpack_from(">I", data)[0]
    if end > len(data):
        raise KeyRefused("ssh-bad-key")
    return data[4:end], data[end:]


def _der(data: bytes, wanted: int) -> tuple[bytes, bytes]:
    """Return the content of the first value, which is of the wanted kind, and what follows."""
    if len(data) < 2 or data[0] != wanted:
        raise KeyRefused("ssh-bad-key")
    length, start = data[1], 2
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    end = start + length
    if data[1] == 0x80 or start > 6 or end > len(data):
        raise KeyRefused("ssh-bad-key")
    return data[start:end], data[end:]


def _integer(data: bytes) -> tuple[int, bytes]:
    content, rest = _der(data, INTEGER)
    return abs(int.from_bytes(content, "big", signed=True)), rest


def main() -> None:
    """Answer the one question that comes in."""
    for limit, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    asked = json.load(sys.stdin)
    try:
        answer = {"key": read_key(asked["text"], asked["passphrase"])}
    except KeyRefused as refused:
        answer = {"refused": refused.key}
    except MemoryError:
        answer = {"refused": "ssh-key-costly"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
