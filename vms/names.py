"""Which names may machines, tags and texts have?

A machine's name becomes a name on the host, in file names of libvirt and in commands that people
copy, so it is a plain host name. Texts are kept as they are written, without control characters.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from accounts.models import Team, User
from hosts.models import Host

from .models import VM

LONGEST_NAME = 63
LONGEST_TAG = 40
LONGEST_DESCRIPTION = 4000
MOST_TAGS = 20
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?\Z")
_NUMBERED = re.compile(r"(?P<stem>.*-)(?P<number>\d{1,4})\Z")


class BadName(ValueError):
    """A text that cannot be taken; its message is for people."""


def check_name(name: str) -> str:
    """Return a machine's name unchanged, or raise BadName."""
    if not isinstance(name, str) or not _NAME.match(name) or ".." in name or ".-" in name:
        raise BadName(
            _(
                "A name has up to 63 letters a–z, digits, hyphens and dots, "
                "and begins and ends with a letter or a digit."
            )
        )
    return name


def check_free(name: str, team: Team | None, owner: User | None, but: VM | None = None) -> str:
    """Return a name that no other machine of the team, or of the person, has; or raise BadName."""
    others = VM.objects.filter(name__iexact=check_name(name), team=team)
    if team is None:
        others = others.filter(owner=owner)
    if but is not None:
        others = others.exclude(pk=but.pk)
    twin = others.first()
    if twin is not None and twin.is_in_bin:
        words = _("A machine called %(name)s is in the recycle bin. Restore it, or delete it.")
        raise BadName(words % {"name": name})
    if twin is not None:
        raise BadName(_("There is a machine called %(name)s already.") % {"name": name})
    return name


def numbered(name: str, count: int) -> list[str]:
    """Return the names of `count` machines: lab-01, lab-02; one keeps its name.

    A name that ends in a number is the first of them: lab-07, lab-08.
    """
    if count == 1:
        return [name]
    found = _NUMBERED.match(name)
    stem, first, width = f"{name}-", 1, 2
    if found:
        stem, first, width = found["stem"], int(found["number"]), len(found["number"])
    return [f"{stem}{number:0{width}d}" for number in range(first, first + count)]


def shown_names(name: str, count: int) -> str:
    """Return the names of `count` machines as a few words: "lab-01 – lab-24"."""
    names = numbered(name, count)
    return name if count == 1 else f"{names[0]} – {names[-1]}"


def is_free_on(host: Host, name: str, but: VM | None = None) -> bool:
    """Say whether no other machine of the host has this name, whoever's it is."""
    others = VM.objects.filter(host=host, name__iexact=name)
    return not (others if but is None else others.exclude(pk=but.pk)).exists()


def check_tag(name: str) -> str:
    """Return a tag trimmed, or raise BadName."""
    tag = " ".join(check_text(name, LONGEST_TAG).split())
    if not tag or "," in tag or tag.startswith("!"):
        raise BadName(_("A tag has 1 to 40 characters, no comma, and does not begin with “!”."))
    return tag


def check_text(text: str, longest: int = LONGEST_DESCRIPTION) -> str:
    """Return a text with unified line ends, or raise BadName for control characters or length."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise BadName(_("At most %(count)d characters.") % {"count": longest})
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
        raise BadName(_("Control characters are not accepted."))
    return text
