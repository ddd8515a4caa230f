"""What do the words on a text console mean? Rules from plain to subtle; doubt is "".

What stands last counts most: a panic far above a login prompt is history.
"""

import re
from collections.abc import Callable
from typing import Final

from screens.health import Health
from screens.reading.cells import Text

Rule = Callable[[Text], bool]
TAIL = 6  # lines that are "the end" of a screen


def _somewhere(*patterns: str) -> Rule:
    found = re.compile("|".join(patterns))
    return lambda text: any(found.search(line) for line in text.lines)


def _at_end(*patterns: str) -> Rule:
    found = re.compile("|".join(patterns))
    return lambda text: any(found.search(line) for line in text.filled[-TAIL:])


def _last(*patterns: str) -> Rule:
    found = re.compile("|".join(patterns))
    return lambda text: bool(found.search(text.last))


def _newest(*patterns: str) -> Rule:
    """Look at the last two lines: what is longer than a line goes on in the next one."""
    found = re.compile("|".join(patterns))
    return lambda text: any(found.search(line) for line in text.filled[-2:])


def _all(*rules: Rule) -> Rule:
    return lambda text: all(rule(text) for rule in rules)


# Prompts: the last line says who waits for what.
LOGIN = _last(r"^\S+ login: ?\S*\s*$", r"^login: ?$", r"^Login: ?$")
PASSWORD = _all(_last(r"^Password: ?$", r"^Passwort: ?$"), _somewhere(r"\blogin: \S+"))
RESCUE_PROMPT = _last(
    r"^\(initramfs\) ?",
    r"^grub rescue> ?",
    r"^dracut:/?.*# ?$",
    r"^rescue:/?.*# ?$",
    r"\(or press Control-D to continue\):? ?$",
    r"^Press Enter for maintenance$",
    r"^d?db(\{\d+\})?> ?$",
    r"^mountroot> ?",
)
DEBUGGER = _last(r"^d?db(\{\d+\})?> ?$")
PASSPHRASE = _last(
    r"^Please unlock disk .*: ?$",
    r"^Enter passphrase for .*: ?$",
    r"^Please enter passphrase for disk .*: ?\S*$",
)
SHELL_PROMPT = _last(
    r"^[\w.@:~/\[\] +-]{0,60}[#$%] ?\S{0,60}\s*$",
    r"^PS [A-Z]:\\[^>]*> ?",
    r"^[A-Z]:\\[^>]*> ?",
)
# Full-screen programs in a shell.
SHELL_PROGRAM = _somewhere(
    r"F1Help\s+F2Setup",
    r"^\s*PID\s+USER\s+PRI?\b",
    r"^\s*GNU nano \d",
    r"-- INSERT --",
    r"^\^G (Get )?Help\b",
    r"Press ENTER or type command",
)

PANIC = _somewhere(
    r"Kernel panic - not syncing",
    r"end Kernel panic",
    r"^panic(\(cpu \d+ caller|: | \(cpu \d+\): |\[cpu\d+\]/thread=)",
    r"^PANIC: k_trap",
    r"Fatal trap \d+:",
    r"^\(XEN\) Panic on CPU \d+:",
    r"^cpu\d+:\d+\)(WARNING: )?Backtrace",
    r"VMware ESXi .* has halted",
    r"^VMware ESXi? .*\[Releasebuild-\d+",  # the head of ESXi's purple screen
    r"NetWare.*ABEND",
    r"^The system detected an internal processing error",
)
STOP_ERROR = _somewhere(
    r"\*\*\* STOP: 0x[0-9A-Fa-f]{8}",
    r"A problem has been detected and Windows has been shut down",
    r"^\s*A fatal exception [0-9A-F]{2} has occurred at",
    r"Stop code: [A-Z_]{6,}",
)
BOOT_FAILED = _somewhere(
    r"^\s*(Status|Statut|Estado) ?: 0xc[0-9a-f]{7}\b",  # of Windows' boot manager
    r"^\s*Windows failed to start\.",
    r"UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY",
    r"Verification failed: \(0x[0-9A-Fa-f]+\) Security Violation",
    r"^error: bad shim signature",
    r"The current boot has failed!",
)
BOOT_MENU = _somewhere(
    r"GNU GRUB +version",
    r"^\s*Use the (↑ and ↓|\^ and v|.{1,3} and .{1,3}) keys to select which entry",
    r"Press enter to boot the selected OS",
    r"^\s*Windows Boot Manager",
    r"Choose an operating system to start",
    r"^\s*Select boot device:",
    r"Boot in \d+ s\.?",
    r"^\s*Please select boot device:",
    r"Press \[?Tab\]? to edit options",
    r"Welcome to (FreeBSD|Proxmox VE)\b.*Boot",
)
BOOT_PROMPT = _last(r"^grub> ?", r"^boot: ?\S*$", r"^Press any key to continue\.\.\.")
NO_DISK = _at_end(
    r"No bootable (device|medium|option or device)",
    r"Non-System disk",
    r"(Operating System|operating system) not found",
    r"Missing operating system",
    r"NTLDR is missing",
    r"BOOTMGR is missing",
    r"An operating system wasn't found",
    r"Boot failed: not a bootable disk",
    r"Reboot and Select proper Boot device",
    r"Failed to boot both default and fallback",
    r"^Nothing to boot: ",
    r"^No more network devices$",
)
UEFI_SHELL = _all(
    _last(r"^(Shell|FS\d+:\\?[^>]*|fs\d+:\\?[^>]*)> ?"), lambda text: bool(text.filled)
)
MEMORY_TEST = _somewhere(r"Memtest86\+? +v?\d", r"PassMark MemTest86")
NETWORK_BOOT = _at_end(
    r"^iPXE \d|^iPXE initialising",
    r"Open Source Network Boot Firmware",
    r"^Configuring \(net\d",
    r">>Start PXE over",
    r"^PXE-[EM]\d\d",
    r"^CLIENT MAC ADDR",
    r"^TFTP[. ]",
    r"^(http|tftp)://\S+\.\.\. *\d+%",
    r"^Press Ctrl-B for the iPXE",
    r"^No configuration methods succeeded",
)
INSTALLER = _somewhere(
    r"\[!{1,2}\] ",
    r"<Go Back> .*<(Continue|Yes|No)>",
    r"^\s*(Debian|Ubuntu) (GNU/Linux )?[Ii]nstaller",
    r"Installing the base system",
    r"Detecting hardware to find",
    r"Anaconda .*installer",
    r"^Starting installer, one moment",
    r"FreeBSD Installer",
    r"Welcome to the .*Installer",
    r"^\s*Willkommen beim .*[Ii]nstall",
    r"Choose language",
    r"^ ?Windows (XP|2000|Server 2003).* Setup$",
)
STUCK = _last(
    r"^Booting from (Hard Disk|DVD/CD|Floppy|ROM|0000:7c00)\.\.\.$",
    r"^GRUB( loading\.*)?$",
    r"^Loading (Linux|initial ramdisk|operating system|Operating System)\b.*\.\.\.$",
)
STARTING = _newest(
    r"^\[ *\d+\.\d{3,6}\]",
    r"^\[ *(OK|\*{1,3} *) *\] ",
    r"^ *(Starting|Started|Reached target|Mounting|Loading) ",
    r"^Booting (from|`)",
    r"Loading initial ramdisk",
    r"^\s*Guest has not initialized the display",
    r"^Decompressing Linux",
    r"^Uncompressing Linux",
    r"^SeaBIOS ",
    r"^Machine UUID ",
    r"^BdsDxe: (loading|starting) Boot",
    r"^Press any key to boot from (CD|DVD)",
)

RULES: Final[tuple[tuple[Health, Rule], ...]] = (
    (Health.LOGIN, LOGIN),
    (Health.LOGIN, PASSWORD),
    (Health.PANIC, _all(DEBUGGER, PANIC)),
    (Health.RESCUE, RESCUE_PROMPT),
    (Health.PASSPHRASE, PASSPHRASE),
    (Health.UEFI_SHELL, UEFI_SHELL),
    (Health.STOP_ERROR, STOP_ERROR),
    (Health.BOOT_FAILED, BOOT_FAILED),
    (Health.MEMORY_TEST, MEMORY_TEST),
    (Health.NO_DISK, NO_DISK),
    (Health.BOOT_MENU, BOOT_PROMPT),
    (Health.SHELL, SHELL_PROMPT),
    (Health.PANIC, PANIC),
    (Health.BOOT_MENU, BOOT_MENU),
    (Health.NETWORK_BOOT, NETWORK_BOOT),
    (Health.INSTALLER, INSTALLER),
    (Health.SHELL, SHELL_PROGRAM),
    (Health.STUCK, STUCK),
    (Health.STARTING, STARTING),
)


def meaning_of(text: Text) -> str:
    """Return what a text console shows, or "" when no rule is sure."""
    return next((health for health, rule in RULES if rule(text)), "")
