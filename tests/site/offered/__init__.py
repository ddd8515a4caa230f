"""Which operation of the API does the same as each page, and why there is none for some.

Every route is here: with the operations that do what the page does and tell what it shows, with
the page that it is a part of, or with the reason why programs have nothing of the kind.
"""

from . import hosts, machines, people, teams
from .words import Offer, PartOf, Why

__all__ = ["OFFERED", "PartOf", "Why"]

OFFERED: dict[str, Offer] = {
    **people.OFFERED,
    **hosts.OFFERED,
    **teams.OFFERED,
    **machines.OFFERED,
}
