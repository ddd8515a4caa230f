"""The page of a machine's snapshots: the tree, the files behind its disks, what a revert does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import ActionRefused, Capability, allows, requires
from accounts.requests import SignedInRequest
from jobs.numbers import ids_in
from snapshots import drawing
from snapshots.access import list_snapshots
from snapshots.forms import SnapshotForm
from snapshots.models import Layer, Snapshot
from snapshots.reverts import Effect, effect_of
from snapshots.services.asking import plan_for, quota_lines, why_not
from snapshots.trees import Node, tree_of
from vms.access import get_vm
from vms.models import VM
from vms.old_snapshots import age_in_days, days, layers
from vms.rules import can
from vms.views.machine import Machine
from vms.views.quota import leaves


@dataclass(frozen=True, slots=True)
class Line:
    """A snapshot as a row of the tree."""

    row: Snapshot
    rail: SafeString
    is_chosen: bool
    old_days: int  # 0 while it is young


@dataclass(frozen=True, slots=True)
class Files:
    """The files behind one disk."""

    target: str
    parts: Sequence[drawing.Part]
    bar: SafeString

    @property
    def count(self) -> int:
        """How many layers reads pass through."""
        return len(self.parts)


class Shelf:
    """A machine's snapshots as `show` picks one of them."""

    def __init__(self, vm: VM, show: int | None) -> None:
        self.vm = vm
        self.rows = list_snapshots(vm)
        self.tree = tree_of(self.rows)
        self.chosen = next((row for row in self.rows if row.pk == show and row.is_made), None)

    @property
    def here(self) -> SafeString:
        """The mark of the present state."""
        return drawing.here(self.tree.lanes, has_below=self.tree.current is not None)

    @property
    def waiting(self) -> list[Snapshot]:
        """Those that are being taken, or may have been."""
        return [row for row in self.rows if not row.is_made]

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of the tree."""
        return [self._line(node) for node in self.tree.nodes]

    def _line(self, node: Node) -> Line:
        row = node.snapshot
        age = age_in_days(row.created_at)
        old = age if age >= days() else 0
        is_chosen = row == self.chosen
        rail = drawing.rail(node.rail, self.tree.lanes, is_chosen=is_chosen, is_old=bool(old))
        return Line(row, rail, is_chosen, old)

    @property
    def size(self) -> int:
        """How much room their files take, as far as it is known."""
        return sum(row.size or 0 for row in self.rows)

    @cached_property
    def since(self) -> int | None:
        """How much was written since the newest snapshot of the present state."""
        current = self.tree.current
        return effect_of(self.vm, current).written if current else None

    @cached_property
    def files(self) -> list[Files]:
        """The files behind each disk that has more than one."""
        found: dict[str, list[Layer]] = {}
        for layer in self.vm.layers.exclude(depth=None).order_by("target", "depth"):
            found.setdefault(layer.target, []).append(layer)
        return [self._files(name, chain) for name, chain in found.items() if len(chain) > 1]

    def _files(self, target: str, chain: list[Layer]) -> Files:
        names = dict(self._names(target))
        shown = [
            (_("now") if layer is chain[-1] else names.get(layer.path, ("–", ""))[0], layer.size,
             "now" if layer is chain[-1] else names.get(layer.path, ("", "plain"))[1])
            for layer in chain
        ]  # fmt: skip
        found = drawing.parts(shown)
        label = _("Files behind %(disk)s: %(count)d") % {"disk": target, "count": len(chain)}
        return Files(target, found, drawing.bar(found, label))

    def _names(self, target: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield for each file that holds a snapshot's state its name and tone."""
        for row in self.rows:
            tone = "old" if age_in_days(row.created_at) >= days() else "plain"
            for disk in row.disks:
                if disk["target"] == target and disk["kind"] == "external":
                    yield disk["state"], (row.name, tone)

    @property
    def effect(self) -> Effect | None:
        """What a revert to the chosen one does."""
        return effect_of(self.vm, self.chosen) if self.chosen else None

    @property
    def has_many_layers(self) -> bool:
        """Whether reads pass through too many files."""
        return self.vm.disk_layers >= layers()


@requires(Capability.VM_VIEW)
@require_GET
def machine(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a machine's snapshots, and what a revert to one would do."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    return render(request, "snapshots/machine.html", page_context(request, vm))


@requires(Capability.VM_VIEW)
@require_GET
def tree(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the tree and the files alone, for a page that hears of a change."""
    vm = get_vm(request.user, pk, Capability.VM_VIEW)
    return render(request, "snapshots/_tree.html", page_context(request, vm))


def page_context(
    request: SignedInRequest,
    vm: VM,
    *,
    form: SnapshotForm | None = None,
    refusal: ActionRefused | None = None,
    show: int | None = None,
) -> dict[str, Any]:
    """Return what stands on the page."""
    shown = [show] if show else ids_in(request.GET.getlist("show"))
    may = allows(request.user, Capability.VM_SNAPSHOT, vm)
    reader = "" if may else _("You may look at this machine, not take snapshots of it.")
    with_memory = vm.is_on and not plan_for(vm, with_memory=True).reason
    keep = plan_for(vm, with_memory=vm.is_on)
    return {
        "machine": Machine(request.user, vm),
        "vm": vm,
        "tab": "snapshots",
        "shelf": Shelf(vm, shown[0] if shown else None),
        "as_list": request.GET.get("view") == "list",
        "may": may,
        "form": form or SnapshotForm(),
        "refusal": refusal,
        "offers_memory": with_memory,
        "only_memory": vm.is_on and bool(plan_for(vm, with_memory=False).reason),
        "stands_still": plan_for(vm, with_memory=True).kind == "internal",
        "keep": keep,
        "blocked": reader or str(can(vm, "snapshot") or "") or why_not(vm),
        "revert_blocked": reader or str(can(vm, "revert") or ""),
        "merge_blocked": reader or str(can(vm, "merge") or ""),
        "leaves": leaves(quota_lines(vm)),
        "schedules": vm.snapshot_schedules.all(),
    }
