"""Another size of a machine, or a bigger disk, while it is chosen: what it comes to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import User
from catalogue.models import Size
from quotas.services import Line
from vms.making.sizes import CUSTOM, GIB
from vms.models import VM
from vms.resizing.approving import why_growth_waits
from vms.resizing.disks import Growth, amounts_with, read_growth, room_hint
from vms.resizing.effects import Effect, effect_of, is_beyond_team, lines_with, price_of
from vms.resizing.forms import GrowForm, ResizeForm
from vms.resizing.pending import now_of, pending_of
from vms.resizing.rules import why_not_grown, why_not_resized
from vms.resizing.wishes import Resize, amounts_of, read_resize
from vms.services.approving import decides

from .quota import QuotaRow, leaves


class Quotas:
    """What the quotas of a machine's team or person would be like with a wish."""

    def __init__(self, vm: VM, lines: Sequence[Line]) -> None:
        self.team = vm.team
        self.lines = list(lines)

    @property
    def rows(self) -> list[QuotaRow]:
        """The limits that change, in words."""
        return [QuotaRow.of(line) for line in self.lines if line.used != line.after]

    @property
    def leaves(self) -> str:
        """What is left afterwards of what is scarcest, "" where nothing is limited or too much."""
        return (
            "" if self.beyond else leaves([line for line in self.lines if line.used < line.after])
        )

    @property
    def beyond(self) -> list[Line]:
        """What would be more than there may be."""
        return [line for line in self.lines if line.is_over]

    @property
    def resources(self) -> list[dict[str, Any]]:
        """What is too much, as a refusal tells it."""
        return [line.as_json() for line in self.beyond]

    @property
    def is_beyond_team(self) -> bool:
        """Whether the team itself has no more left, which nobody in it can agree to."""
        return is_beyond_team(self.beyond)

    @property
    def own_limit(self) -> str:
        """Why somebody has to agree beyond the person's own limit, "" where it is not passed."""
        if self.beyond and not self.is_beyond_team:
            return _("This is beyond your own limit, so somebody has to agree.")
        return ""


class Resizing:
    """Another size of a machine while it is being chosen."""

    def __init__(self, user: User, vm: VM, data: Mapping[str, Any] | None) -> None:
        self.user = user
        self.vm = vm
        self.form = ResizeForm(user, vm, data)
        self.now = now_of(vm)
        self.pending = pending_of(vm)
        self.blocked = why_not_resized(vm)
        self.problem = ""

    @property
    def chosen(self) -> str:
        """The size that is chosen."""
        return str(self.form["size"].value() or "")

    @property
    def sizes(self) -> list[Size]:
        """The named sizes that are offered."""
        return [size for size in self.form.sizes if not size.is_custom]

    @property
    def custom(self) -> Size | None:
        """The size of own figures, where it is offered."""
        return next((size for size in self.form.sizes if size.slug == CUSTOM), None)

    @cached_property
    def decides(self) -> bool:
        """Whether nobody else has to agree to anything here."""
        return decides(self.user, self.vm.team)

    @cached_property
    def wish(self) -> Resize | None:
        """The checked wish, None while there is none; `problem` then says why."""
        if not self.form.is_bound or not self.form.is_valid():
            return None
        try:
            return read_resize(self.vm, self.form.to_request(), self.user)
        except ActionRefused as error:
            self.problem = error.message
            return None

    @cached_property
    def effect(self) -> Effect | None:
        """What the wish would do."""
        return effect_of(self.vm, self.wish) if self.wish else None

    @property
    def price_now(self) -> Any:
        """What it costs per hour now, None where the catalogue does not say."""
        return price_of(self.vm.size)

    @property
    def quota(self) -> Quotas:
        """What the quotas would be like."""
        return Quotas(self.vm, self.effect.lines if self.effect else ())

    @cached_property
    def waits_for(self) -> str:
        """Why somebody has to agree first, "" when nobody has to."""
        if not self.wish:
            return ""
        reason = why_growth_waits(self.vm, amounts_of(self.vm, self.wish), self.user)
        return reason or self.quota.own_limit


class Growing:
    """A disk of a machine while its new size is being typed."""

    def __init__(self, user: User, vm: VM, disk: dict[str, Any], data: Any) -> None:
        self.user = user
        self.vm = vm
        self.disk = disk
        self.form = GrowForm(data, initial={"capacity_gib": self._usual})
        self.blocked = why_not_grown(vm, disk)

    @property
    def target(self) -> str:
        """The disk's name in the machine."""
        return str(self.disk["target"])

    @property
    def _usual(self) -> int | None:
        capacity = self.disk.get("capacity")
        return -(-capacity // GIB) + 10 if capacity else None

    @property
    def quota(self) -> Quotas:
        """What the quotas would be like."""
        return Quotas(self.vm, self._lines)

    @property
    def hint(self) -> str:
        """What to know of its pool, "" for nothing."""
        growth = self._growth
        return room_hint(self.vm, growth.disk, growth.capacity - growth.before) if growth else ""

    @cached_property
    def _lines(self) -> list[Line]:
        return lines_with(self.vm, self._growth) if self._growth else []

    @cached_property
    def _growth(self) -> Growth | None:
        if not self.form.is_bound or not self.form.is_valid():
            return None
        try:
            return read_growth(self.vm, self.target, self.form.capacity, self.user)
        except ActionRefused:
            return None

    @cached_property
    def waits_for(self) -> str:
        """Why somebody has to agree first, "" when nobody has to."""
        if not self._growth:
            return ""
        reason = why_growth_waits(self.vm, amounts_with(self.vm, self._growth), self.user)
        return reason or self.quota.own_limit
