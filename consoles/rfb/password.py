"""How is a VNC password proved to a server?"""

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

CHALLENGE_LENGTH = 16


def answer(password: str, challenge: bytes) -> bytes:
    """Return the response to a VNC challenge (RFC 6143, 7.2.2).

    The key is the first eight bytes of the password, each with its bits in reverse order. Single
    DES is triple DES with the same key three times.
    """
    raw = password.encode("latin-1", "replace")[:8].ljust(8, b"\0")
    key = bytes(int(f"{byte:08b}"[::-1], 2) for byte in raw)
    encryptor = Cipher(TripleDES(key * 3), modes.ECB()).encryptor()  # the protocol asks for this
    return encryptor.update(challenge) + encryptor.finalize()
