"""Whether Guesthouse listens to the text console of a machine: asked by who may change it."""

from django.db import transaction

from accounts.access import ActionRefused, Capability, require
from accounts.models import User
from consoles.closing import CLOSINGS
from consoles.models import Listening
from hosts.models import Transport
from jobs import audit
from vms.announcing import announce_change
from vms.models import VM

from . import leases


def is_listened(vm: VM) -> bool:
    """Say whether it is wished that Guesthouse listens to the machine's text console."""
    return Listening.objects.filter(vm=vm).exists()


def why_not(vm: VM) -> str:
    """Return the key of CLOSINGS why nobody can listen to the machine, "" where one can."""
    if vm.host.transport == Transport.TEST:
        return "simulated"
    return "" if vm.has_serial else "no-serial"


def set_listening(vm: VM, by: User, on: bool) -> None:
    """Listen to the machine's text console from now on, or no more.

    Raises ActionRefused (simulated, no-serial) where there is nothing to listen to.
    """
    require(by, Capability.VM_EDIT, vm)
    if on and (key := why_not(vm)):
        raise ActionRefused(str(CLOSINGS[key].words), code=key)
    with transaction.atomic():
        if on:
            _row, is_other = Listening.objects.get_or_create(vm=vm)
        else:
            is_other = bool(Listening.objects.filter(vm=vm).delete()[0])
        if not is_other:
            return
        audit.record(by, "console.listen", **vm.about, detail={"before": not on, "after": on})
        announce_change(vm)
        transaction.on_commit(leases.wake)
