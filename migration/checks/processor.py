"""Would its processor, its board and its memory be there?"""

from collections.abc import Iterator

from .case import Case
from .findings import Finding, blocker, passed, unknown, warning
from .numbers import version

TIGHT = 0.05  # of the target's memory
SHOWN = 6  # features that are named


def check(case: Case) -> Iterator[Finding]:
    """Yield what processor, board, memory and versions say."""
    yield from _accelerator(case)
    yield from _model(case)
    yield from _board(case)
    yield from _memory(case)
    yield from _versions(case)


def _accelerator(case: Case) -> Iterator[Finding]:
    wanted, target = case.guest.definition, case.target
    if target.arch and wanted.arch and target.arch != wanted.arch:
        yield blocker("arch", wanted=wanted.arch, there=target.arch)
    lacks_kvm = target.virt_types is not None and wanted.virt_type not in target.virt_types
    if wanted.virt_type and (lacks_kvm or (wanted.virt_type == "kvm" and case.kvm_works is False)):
        yield blocker("accelerator", kind=wanted.virt_type)


def _model(case: Case) -> Iterator[Finding]:
    fit, wanted = case.target.cpu_fit, case.guest.definition
    name = wanted.cpu_model or wanted.cpu_mode
    if fit is None:
        return
    if fit.verdict == "lacks" and fit.next_fits:
        yield blocker("cpu-next", model=case.guest.next_start.cpu_model)  # type: ignore[union-attr]
    elif fit.verdict == "lacks":
        missing = ", ".join(fit.missing[:SHOWN])
        more = max(0, len(fit.missing) - SHOWN)
        is_named = bool(missing)
        yield blocker(
            "cpu-lacks" if is_named else "cpu",
            fix="cpu",
            model=name,
            missing=missing,
            more=more,
            features=list(fit.missing),
            detail=fit.detail,
        )
    elif fit.verdict == "unknown":
        yield unknown("cpu-unknown", detail=fit.detail)
    elif case.guest.is_active and wanted.cpu_mode in {"host-passthrough", "maximum"}:
        # The same model can differ by microcode; libvirt does not look at a passed-through one.
        level = passed if fit.verdict == "identical" else warning
        yield level("cpu-same" if fit.verdict == "identical" else "cpu-passed")
    else:
        yield passed("cpu-fits", model=name)


def _board(case: Case) -> Iterator[Finding]:
    wanted, offered = case.guest.definition.machine, case.target.machine_types
    if offered is None or not wanted:
        return
    if wanted in offered:
        yield passed("board", board=wanted)
    else:
        yield blocker("board-missing", board=wanted)


def _memory(case: Case) -> Iterator[Finding]:
    free, total = case.target.free_memory, case.target.memory
    needed = case.guest.definition.memory
    if not needed:
        return
    if not case.guest.is_active:
        if total is not None and total < needed:  # it could never start there
            yield blocker("memory-short", needed=needed, free=total)
        return
    if free is None:
        yield unknown("memory-unknown")
    elif free < needed:
        yield blocker("memory-short", needed=needed, free=free)
    elif total and free - needed < TIGHT * total:
        yield warning("memory-tight", left=free - needed)
    else:
        yield passed("memory", needed=needed, free=free)
    if case.guest.definition.has_hugepages:
        yield warning("hugepages")


def _versions(case: Case) -> Iterator[Finding]:
    for kind, here, there in (
        ("QEMU", case.source.hypervisor_version, case.target.hypervisor_version),
        ("libvirt", case.source.libvirt_version, case.target.libvirt_version),
    ):
        if not here or not there:
            continue
        is_older = version(there) < version(here)
        level = warning if is_older else passed
        code = "older" if is_older else "version"
        yield level(code, about=kind, kind=kind, here=here, there=there)
