"""Which certificate is a machine's RDP server's, and on which port does it listen?"""

import hashlib

from django.utils.translation import gettext_lazy as _

from consoles.models import RdpAccess
from consoles.reaching.pins import Pins


def digest(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in DER, in hex, which is what is kept."""
    return hashlib.sha256(certificate).hexdigest()


def fingerprint(kept: str) -> str:
    """Return a digest as OpenSSL shows it, "" for none."""
    return ":".join(kept[at : at + 2] for at in range(0, len(kept), 2)).upper()


PINS = Pins(
    RdpAccess,
    "console.rdp",
    "certificate",
    fingerprint,
    _("The machine shows another certificate by now. Look at this one first."),
)
access_of, pin, note_other = PINS.access_of, PINS.pin, PINS.note_other
accept, set_port = PINS.accept, PINS.set_port
