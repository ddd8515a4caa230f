"""Which kinds of jobs there are; each room registers its own at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.module_loading import import_string


class UnknownKind(LookupError):
    """A job row names a kind that no room registered."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: the operation that does it, and what people may do with it.

    `handler` is the dotted path of a function that takes a JobContext; it is imported on the
    worker only. `busy` is the word a machine shows meanwhile ("Starting").

    `waits(job)` may keep a job in the queue: it returns why, "" where it may begin now. It runs in
    the transaction that claims the job, and never for one that a dead worker held. `unstoppable`
    says why a job that can be cancelled cannot be now. `changed` runs after each change of a job,
    inside the transaction.
    """

    name: str
    handler: str
    title: str | Promise
    busy: str | Promise
    icon: str = "progress"
    queue: str = "libvirt"
    is_cancellable: bool = False
    is_exclusive: bool = True
    waits: "Callable[[Any], str] | None" = None
    unstoppable: "Callable[[Any], str] | None" = None
    changed: "Callable[[Any], None] | None" = None

    def load(self) -> "Callable[[Any], dict[str, Any] | None]":
        """Import the operation."""
        return import_string(self.handler)  # type: ignore[no-any-return]


class HasKind(Protocol):
    """Anything that names a kind."""

    kind: str


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make `kinds` known; called while the apps start."""
    for kind in kinds:
        _KINDS[kind.name] = kind


def get_kind(name: str) -> Kind:
    """Return the kind called `name`. Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def find_kind(name: str) -> Kind:
    """Return the kind called `name`, or a bare one for rows of kinds that are no more."""
    return _KINDS.get(name) or Kind(name=name, handler="", title=name, busy=name)


def all_kinds() -> list[Kind]:
    """Return every registered kind."""
    return list(_KINDS.values())
