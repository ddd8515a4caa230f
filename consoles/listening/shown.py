"""What pages say of a machine whose text console Guesthouse listens to."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoles.closing import CLOSINGS
from vms.models import VM
from vms.states import ON

from .choice import is_listened, why_not
from .leases import Ear, told_of

_Words = str | Promise
_WORDS: dict[Ear, tuple[_Words, _Words]] = {
    Ear.OPEN: (_("listened to"), ""),
    Ear.WAITING: (_("begins to listen"), ""),
    Ear.TAKEN: (
        _("another program has it"),
        _(
            "Another program has the text console open, virsh for example. Guesthouse cuts nobody "
            "off, and listens again as soon as it is free."
        ),
    ),
    Ear.AWAY: (
        _("not heard"),
        _("The host of this machine does not answer. Guesthouse listens again when it does."),
    ),
    Ear.REFUSED: (
        _("not heard"),
        _("The host does not give its text console. Guesthouse tries again every few minutes."),
    ),
    Ear.FULL: (
        _("not heard, too many"),
        _(
            "Guesthouse listens to as many text consoles as it is set up for already. An "
            "administrator can allow more, with CONSOLE_LISTENERS."
        ),
    ),
}
_OFF: tuple[_Words, _Words] = (_("listened to once it runs"), "")
_SILENT: tuple[_Words, _Words] = (
    _("not heard"),
    _("The console service says nothing. It may be starting again."),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """`blocked` says why nobody can listen; `tip` says more than `word`, "" where nothing."""

    is_on: bool
    blocked: _Words
    state: str = "off"
    word: _Words = ""
    tip: _Words = ""
    since: datetime | None = None

    @property
    def is_heard(self) -> bool:
        """Whether Guesthouse hears the machine now."""
        return self.state == Ear.OPEN


def shown_of(vm: VM) -> Shown:
    """Return what may be said of the listening to a machine."""
    key = why_not(vm)
    blocked = CLOSINGS[key].words if key else ""
    if not is_listened(vm):
        return Shown(False, blocked)
    if blocked or vm.state not in ON:
        return Shown(True, blocked, "waiting", *((blocked, "") if blocked else _OFF))
    told = told_of(vm.pk)
    if told is None:
        return Shown(True, blocked, "silent", *_SILENT)
    since = told.since if told.state is Ear.OPEN else None
    return Shown(True, blocked, told.state.value, *_WORDS[told.state], since)
