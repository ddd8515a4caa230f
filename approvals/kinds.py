"""Which kinds of requests are there? Each room registers its own while the apps start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.access import ActionRefused, Capability
from accounts.models import Team, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from jobs.models import Job

    from .models import Request

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing for the person who decides to know first. What is not `ok` stands against it."""

    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class RequestKind:
    """What is asked for in such a request, what it would change, and how it is done.

    `perform` runs inside the transaction that decides and raises ActionRefused where it cannot be
    done; the request then still waits. `clean` checks what programs send, says whether they may
    ask, and returns what to keep; without it the kind is asked for by its own room only.
    """

    name: str
    title: "str | _StrPromise"
    summary: "Callable[[Request], str]"
    effect: "Callable[[Request], list[Evidence]]"
    perform: "Callable[[Request, User], Job | None]"
    decide: Capability = Capability.REQUEST_DECIDE
    clean: Callable[[User, Team | None, Mapping[str, Any]], Params] | None = None


_KINDS: dict[str, RequestKind] = {}


def register(kind: RequestKind) -> None:
    """Make `kind` known."""
    _KINDS[kind.name] = kind


def get_kind(name: str) -> RequestKind:
    """Return the kind called `name`. Raises ActionRefused (400)."""
    kind = _KINDS.get(name)
    if kind is None:
        text = str(_("There is no such kind of request."))
        raise ActionRefused(text, code="invalid", status=400, fields={"kind": text})
    return kind


def find_kind(name: str) -> RequestKind:
    """Return the kind called `name`, or one that can only be declined: rows outlive their kinds."""
    return _KINDS.get(name) or RequestKind(
        name, name, lambda _request: name, _unknown_effect, _unknown
    )


def kinds_decided_by(capability: Capability) -> list[str]:
    """Return the names of the kinds that take `capability` to decide."""
    return [kind.name for kind in _KINDS.values() if kind.decide == capability]


def _unknown_effect(_request: "Request") -> list[Evidence]:
    return [Evidence(False, str(_("Nothing is known of this kind of request any more.")))]


def _unknown(_request: "Request", _by: User) -> None:
    raise ActionRefused(str(_("Nothing is known of this kind of request any more.")))
