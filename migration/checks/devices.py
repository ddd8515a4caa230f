"""What of its hardware is tied to the host on which it runs?"""

from collections.abc import Iterator

from .case import Case
from .findings import Finding, blocker, passed, unknown, warning

EVERYWHERE = frozenset({"", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"})


def check(case: Case) -> Iterator[Finding]:
    """Yield what its devices, its firmware and its display say."""
    yield from _passed_through(case)
    yield from _firmware(case)
    yield from _display(case)
    if case.guest.definition.kernel_files:
        yield warning("kernel-files", files=", ".join(case.guest.definition.kernel_files))
    if case.is_read:
        yield unknown("hooks")


def _passed_through(case: Case) -> Iterator[Finding]:
    wanted = case.guest.definition
    if wanted.passed_through:
        kinds = ", ".join(sorted(set(wanted.passed_through)))
        level = blocker if case.guest.is_active else warning
        yield level("passed-through", kinds=kinds, count=len(wanted.passed_through))
    elif case.is_read:
        yield passed("no-devices")
    if wanted.shared_folders and case.guest.is_active:
        yield blocker("shared-folder", folders=", ".join(wanted.shared_folders))
    if wanted.has_shared_memory and case.guest.is_active:
        yield blocker("shared-memory")
    if wanted.has_sealed_memory and case.guest.is_active:
        yield blocker("sealed-memory")
    if wanted.has_vnc_clipboard and case.guest.is_active:
        yield blocker("vnc-clipboard")


def _firmware(case: Case) -> Iterator[Finding]:
    wanted, target = case.guest.definition, case.target
    if wanted.has_tpm and target.tpm is False:
        yield blocker("tpm-missing")
    if wanted.has_nvram and target.firmwares is not None and "uefi" not in target.firmwares:
        yield blocker("uefi-missing")
    if wanted.has_tpm and wanted.tpm_backend not in {"", "emulator"}:
        yield blocker("tpm-real")
    elif (wanted.has_tpm or wanted.has_nvram) and not case.guest.is_active:
        # Only a running QEMU carries them over; a definition alone leaves the files behind.
        yield blocker("firmware-left") if wanted.has_tpm else warning("nvram-left")
    elif wanted.has_tpm or wanted.has_nvram:
        yield passed("firmware-follows")


def _display(case: Case) -> Iterator[Finding]:
    bound = [item for item in case.guest.definition.displays if item.address not in EVERYWHERE]
    for display in bound:
        yield blocker(
            "display-address",
            about=display.kind,
            kind=display.kind.upper(),
            address=display.address,
        )
    if case.guest.definition.displays and not bound and case.is_read:
        yield passed("display")
