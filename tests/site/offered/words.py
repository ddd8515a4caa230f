"""How a page says what of the API does the same, or why nothing does."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Why:
    """Why there is no operation for a page."""

    text: str


@dataclass(frozen=True, slots=True)
class PartOf:
    """A page's part, or a step on the way to it; that page's operations are its own."""

    page: str


Offer: TypeAlias = str | Why | PartOf  # operations, with commas between them

DOOR = Why("how a browser signs in and out; programs come with tokens")
FACTOR = Why("second factors are set up and given in a browser; tokens are made with them")
PASSWORD = Why("people choose their own password in a browser; programs have none")
LOOKS = Why("how pages look to one person: language, theme, team shown, lists kept")
UNDO = Why("takes back the last click of a browser; programs ask for the opposite")
LINK = Why("for who comes by a link to a console, with no account to call with")
STATE = Why("for monitors and proxies, outside of the API")
TEXT = Why("a page to read, about nothing that is kept")
STREAM = Why("gives the player of a page what it needs next; the file is GET /recordings/{id}/file")

VM = "/vms/{vm_id}"
HOST = "/hosts/{host_id}"
TEAM = "/teams/{team_id}"
