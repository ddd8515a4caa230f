"""By what is a machine's own server known again, and on which port does it listen?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from consoles.models import ServerAccess
from jobs import audit
from vms.models import VM


@dataclass(frozen=True, slots=True)
class Pins:
    """What is kept of one kind of server: `proof` names what it proves itself by.

    In the record, what changes is called `action` with the proof or "port" after it.
    """

    model: type[ServerAccess]
    action: str
    proof: str
    fingerprint: Callable[[str], str]
    other_by_now: str | Promise

    @property
    def _rows(self) -> Any:
        return self.model._default_manager

    def access_of(self, vm: VM) -> Any:
        """Return how the machine is reached, not saved where nothing is known yet."""
        return self._rows.filter(vm=vm).first() or self._rows.model(vm=vm)

    def pin(self, vm_id: int, shown: str) -> str:
        """Keep what a machine shows first; return what is kept."""
        self._rows.get_or_create(vm_id=vm_id)
        first = self._rows.filter(vm=vm_id, pinned="")
        first.update(pinned=shown, pinned_at=timezone.now())
        return str(self._rows.get(vm=vm_id).pinned)

    def note_other(self, vm_id: int, shown: str) -> None:
        """Remember what was shown instead of what is pinned, for who may accept it."""
        row = self._rows.filter(~Q(pinned=shown), vm=vm_id)
        row.update(offered=shown, offered_at=timezone.now())

    def accept(self, vm: VM, by: User, wanted: str) -> None:
        """Believe what the machine showed last, where `wanted` is its fingerprint.

        Raises ActionRefused (key-changed, certificate-changed) when it is another one by now.
        """
        require(by, Capability.VM_EDIT, vm)
        row = self.access_of(vm)
        if not row.offered or self.fingerprint(row.offered) != wanted:
            raise ActionRefused(str(self.other_by_now), code=f"{self.proof}-changed")
        before = self.fingerprint(row.pinned)
        row.pinned, row.pinned_at = row.offered, timezone.now()
        row.offered, row.offered_at = "", None
        row.save()
        self._note(by, self.proof, vm, before=before, after=wanted)

    def set_port(self, vm: VM, by: User, port: int) -> None:
        """Set the port on which the machine's server listens, 1 to 65535."""
        require(by, Capability.VM_EDIT, vm)
        row = self.access_of(vm)
        before, row.port = row.port, port
        row.save()
        if before != port:
            self._note(by, "port", vm, before=before, after=port)

    def _note(self, by: User, what: str, vm: VM, **detail: object) -> None:
        audit.record(by, f"{self.action}_{what}", **vm.about, detail=detail)
