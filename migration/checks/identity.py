"""May this machine be on that host at all: its name, its UUID, its state, what hangs on it?"""

from collections.abc import Iterator

from .case import Case
from .findings import Finding, blocker, passed, warning


def check(case: Case) -> Iterator[Finding]:
    """Yield what its identity and its state say."""
    yield from _taken(case)
    yield from _history(case)
    yield from _kept(case)


def _taken(case: Case) -> Iterator[Finding]:
    """libvirt overwrites an inactive definition of the same name and UUID without a word."""
    guest = case.guest
    same = next((one for one in case.target.domains if one.uuid == guest.uuid), None)
    namesake = next((one for one in case.target.domains if one.name == guest.name), None)
    if same is not None:
        code = "uuid-running" if same.is_active else "uuid-taken"
        yield blocker(code, other=same.name)
    elif namesake is not None:
        yield blocker("name-taken", name=guest.name)
    else:
        yield passed("identity")


def _history(case: Case) -> Iterator[Finding]:
    guest = case.guest
    if guest.snapshots:
        yield blocker(
            "snapshots", count=len(guest.snapshots), newest=guest.snapshots[-1], fix="snapshots"
        )
    elif case.is_read:
        yield passed("no-snapshots")
    if guest.checkpoints:
        yield blocker("checkpoints", count=guest.checkpoints)


def _kept(case: Case) -> Iterator[Finding]:
    guest = case.guest
    if guest.saved and not guest.is_active:
        yield blocker("saved-state")
    if not guest.is_persistent:
        yield warning("transient")
