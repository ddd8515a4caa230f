"""What the page of a machine says of its time: its end, the bin, and when it was used last."""

from datetime import datetime

from django.utils.functional import Promise, cached_property

from vms.bin.rules import has_bin, until
from vms.idle.rules import days, is_idle, sign_of
from vms.leases.services import say_after
from vms.models import VM


class Lifetime:
    """How long one machine stays, and whether somebody uses it."""

    def __init__(self, vm: VM) -> None:
        self.vm = vm

    @cached_property
    def bin_until(self) -> datetime | None:
        """When it is deleted for good; None where nobody does it by itself."""
        return until(self.vm)

    @property
    def removal(self) -> str:
        """What deleting it does first, as the rules name it."""
        return "recycle" if has_bin(self.vm) else "delete"

    @property
    def after_end(self) -> str:
        """What becomes of it after it was stopped at its end."""
        return say_after(self.vm) if self.vm.ends_at else ""

    @cached_property
    def is_idle(self) -> bool:
        """Whether no use was seen for long."""
        return not self.vm.is_in_bin and is_idle(self.vm)

    @property
    def idle_days(self) -> int:
        """After how many days without use a machine counts as idle."""
        return days()

    @property
    def last_sign(self) -> str | Promise:
        """The last sign of use."""
        return sign_of(self.vm)
