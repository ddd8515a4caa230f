"""Which host key is a machine's, and on which port does it listen?"""

import base64
import hashlib

from django.utils.translation import gettext_lazy as _

from consoles.models import SshAccess
from consoles.reaching.pins import Pins


def fingerprint(key: str) -> str:
    """Return the SHA-256 of a public key as OpenSSH shows it, "" for no key."""
    words = key.split()
    if len(words) < 2:
        return ""
    digest = hashlib.sha256(base64.b64decode(words[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


PINS = Pins(
    SshAccess,
    "console.ssh",
    "key",
    fingerprint,
    _("The machine shows another key by now. Look at this one first."),
)
access_of, pin, note_other = PINS.access_of, PINS.pin, PINS.note_other
accept, set_port = PINS.accept, PINS.set_port
