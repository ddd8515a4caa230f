"""On which host does a machine fit, and why not on the others? One place for all who ask.

New machines, moves to another host, and hosts that are emptied are judged by the same rules.
"""

from .abilities import has_volume, knows_firmware, knows_tpm
from .judging import Verdict, hosts_for, judge
from .needs import Need
from .rooms import Room, rooms
from .rules import Reason, register_rule

__all__ = [
    "Need",
    "Reason",
    "Room",
    "Verdict",
    "has_volume",
    "hosts_for",
    "judge",
    "knows_firmware",
    "knows_tpm",
    "register_rule",
    "rooms",
]
