"""What does a finding say to people: a title, and why, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .findings import Finding

Words = tuple[str | Promise, str | Promise]
_BYTES = frozenset({"needed", "free", "left"})
GIB = 1024**3
MIB = 1024**2

_WORDS: dict[str, Words] = {
    # The machine and the host
    "host-away": (
        _("%(host)s does not answer"),
        _("Nothing can be checked or moved there until it does."),
    ),
    "policy": ("%(reason)s", ""),
    "uuid-running": (
        _("The same machine runs there already"),
        _("%(other)s has its UUID and is running. Two copies would destroy their disks."),
    ),
    "uuid-taken": (
        _("Its definition is there already"),
        _(
            "%(other)s on the target has the same UUID. It would be overwritten without a word; "
            "look at it, and remove it there first."
        ),
    ),
    "name-taken": (
        _("The name is taken there"),
        _("Another machine is called %(name)s on the target. Rename one of the two."),
    ),
    "identity": (_("Its name and UUID are free there"), ""),
    "snapshots": (
        _("A snapshot blocks the migration"),
        _(
            "libvirt does not migrate a machine that has snapshots. It has %(count)s, the newest "
            "is “%(newest)s”. Delete or merge them first."
        ),
    ),
    "no-snapshots": (_("No snapshots"), ""),
    "checkpoints": (
        _("Checkpoints of backups block the migration"),
        _("It has %(count)s. libvirt does not carry them over; remove them first."),
    ),
    "saved-state": (
        _("Its saved state would be lost"),
        _("The saved memory lies on its host. Start it, or discard the state, then migrate."),
    ),
    "transient": (
        _("It exists only while it runs"),
        _("Its host keeps no definition of it; the target will keep one."),
    ),
    # Processor, board, memory
    "arch": (
        _("The processors are of another kind"),
        _("It needs %(wanted)s, the target has %(there)s."),
    ),
    "accelerator": (
        _("It could not run there by %(kind)s"),
        _("The target does not offer this way of running machines, or it does not work there."),
    ),
    "cpu-lacks": (
        _("The CPU lacks %(missing)s"),
        _(
            "The machine sees a %(model)s with features that the target does not have. A model "
            "that both hosts have can be set for its next start."
        ),
    ),
    "cpu": (
        _("The CPU does not fit"),
        _(
            "The machine sees a %(model)s, which the target cannot offer. A model that both hosts "
            "have can be set for its next start."
        ),
    ),
    "cpu-next": (
        _("The CPU fits from the next start on"),
        _("A %(model)s is set. Shut the machine down and start it, or restart it from here."),
    ),
    "cpu-unknown": (
        _("Whether the CPU fits cannot be told"),
        _("libvirt on the target does not compare processors."),
    ),
    "cpu-passed": (
        _("The CPU is passed through, and the target’s is another one"),
        _(
            "The target has everything that the processor here has. The guest may still notice "
            "the difference; a named model avoids it."
        ),
    ),
    "cpu-same": (_("Same CPU on both hosts"), ""),
    "cpu-fits": (_("CPU model fits: %(model)s"), ""),
    "board": (_("Machine type %(board)s is there"), ""),
    "board-missing": (
        _("The machine type is missing there"),
        _("QEMU on the target does not know %(board)s. Update it, or choose a host that does."),
    ),
    "memory-short": (
        _("Not enough free memory"),
        _("It needs %(needed)s, %(free)s are free on the target."),
    ),
    "memory-tight": (
        _("Memory would be tight"),
        _("After the migration only %(left)s would be free on the target."),
    ),
    "memory": (_("%(free)s free, it needs %(needed)s"), ""),
    "memory-unknown": (_("Free memory there is not known"), ""),
    "hugepages": (
        _("It uses huge pages"),
        _("The target has to have as many of them free; that cannot be seen from here."),
    ),
    "older": (
        _("%(kind)s is older there"),
        _("%(here)s here, %(there)s there. QEMU promises only the way to newer versions."),
    ),
    "version": (_("%(kind)s %(here)s → %(there)s"), ""),
    # Disks
    "disk-local": (
        _("Disk %(disk)s is only here"),
        _("Its pool is not declared shared on both hosts, and it is not among what is copied."),
    ),
    "disk-shared": (_("Disk %(disk)s is shared: %(pool)s"), ""),
    "disk-network": (_("Disk %(disk)s comes over the network"), ""),
    "disk-copied": (_("Disk %(disk)s is copied to %(pool)s"), ""),
    "disk-readonly": (
        _("Disk %(disk)s is read-only"),
        _("libvirt copies no read-only disks. It has to be on the target at the same path."),
    ),
    "disk-carried": (
        _("Disk %(disk)s is copied to %(pool)s through Guesthouse"),
        _("libvirt copies disks of running machines only, so that the portal carries this one."),
    ),
    "file-missing": (
        _("The file of disk %(disk)s is missing there"),
        _(
            "Pool %(pool)s is declared shared, but the target does not see the file in it. Look "
            "whether the storage is mounted there."
        ),
    ),
    "file-there": (
        _("A file of that name is there already"),
        _("Disk %(disk)s would be written over what %(pool)s has. Remove or rename that first."),
    ),
    "pool-missing": (
        _("Pool %(pool)s is missing there"),
        _("Disk %(disk)s needs a pool for it on the target."),
    ),
    "pool-off": (
        _("Pool %(pool)s is not active there"),
        _("Disk %(disk)s needs it."),
    ),
    "pool-full": (
        _("Pool %(pool)s is too full there"),
        _("The disks need up to %(needed)s, %(free)s are free."),
    ),
    "room": (_("%(free)s free in %(pool)s"), ""),
    "cache": (
        _("Disk %(disk)s uses the host’s cache"),
        _("QEMU writes it out before the switch. The mode “none” is the safe one here."),
    ),
    "cache-unsafe": (
        _("Disk %(disk)s uses the cache mode “unsafe”"),
        _("What the guest has written may not be on the shared disk when the target reads it."),
    ),
    "medium": (_("%(medium)s is there, too"), ""),
    "medium-local": (
        _("A CD image exists only here"),
        _("%(medium)s is in the drive, and the target does not have it. Eject it."),
    ),
    # Networks
    "network": (_("Network %(network)s exists there"), ""),
    "network-missing": (
        _("Network %(network)s is missing there"),
        _("Make a network of this name on the target first."),
    ),
    "network-off": (_("Network %(network)s is not active there"), ""),
    "network-own": (
        _("Network %(network)s is each host’s own"),
        _(
            "It leads nowhere but to its host, so open connections end, and the guest needs a new "
            "address."
        ),
    ),
    "network-not-offered": (
        _("Network %(network)s is not offered to this team there"),
        _("Offer it to the team in the catalogue, or choose another host."),
    ),
    "bridge": (_("Bridge %(bridge)s exists there"), ""),
    "bridge-missing": (
        _("Bridge %(bridge)s is missing there"),
        _("The network card would have nothing to plug into."),
    ),
    "card-unknown": (_("A network card of kind %(kind)s cannot be checked"), ""),
    # Devices
    "passed-through": (
        _("Devices of the host are passed through"),
        _("%(count)s of kind %(kinds)s. Take them off; a running machine cannot take them along."),
    ),
    "no-devices": (_("No passed-through devices"), ""),
    "shared-folder": (
        _("A folder of the host is shared into it"),
        _("%(folders)s. A running machine cannot take it along."),
    ),
    "shared-memory": (_("It shares memory with another machine"), ""),
    "sealed-memory": (
        _("Its memory is sealed to this host’s processor"),
        _("A running machine with encrypted memory cannot move."),
    ),
    "vnc-clipboard": (
        _("Its clipboard goes by VNC"),
        _("QEMU cannot move the channel for that. Shut the machine down first."),
    ),
    "tpm-missing": (_("The target has no emulated TPM"), _("Install swtpm there.")),
    "tpm-real": (_("It uses the host’s own TPM chip"), _("That cannot move.")),
    "uefi-missing": (_("The target has no UEFI firmware"), _("Install OVMF there.")),
    "firmware-left": (
        _("The TPM’s secrets would stay here"),
        _("Only a running machine takes them along. Start it, then migrate."),
    ),
    "nvram-left": (
        _("UEFI variables stay here while it is off"),
        _("The target makes new ones: boot entries and enrolled keys are lost."),
    ),
    "firmware-follows": (_("UEFI variables and TPM state follow"), ""),
    "display-address": (
        _("The display listens on an address of this host"),
        _("%(kind)s listens on %(address)s, which the target does not have."),
    ),
    "display": (_("Display works on any host"), ""),
    "kernel-files": (
        _("It boots files of its host"),
        _("%(files)s have to be at the same place on the target when it starts again."),
    ),
    "hooks": (
        _("Hook scripts of the hosts cannot be read"),
        _("Where an administrator has some, libvirt runs them, and they may stop a migration."),
    ),
    # The way
    "link": (_("Hosts reach each other by %(way)s"), ""),
    "link-unnamed": (
        _("Nobody said how other hosts reach it"),
        _("The target is reached over a socket here. Name an address for migrations on its page."),
    ),
    "link-timeout": (
        _("The host cannot reach the target"),
        _("No answer came. Look at routes and firewalls between the two."),
    ),
    "link-closed": (
        _("The port of libvirt is closed on the target"),
        _("Nothing listens where the other hosts would knock. Open it, or name another way."),
    ),
    "link-refused": (
        _("The target does not let the host in"),
        _(
            "Something answers by %(way)s, but refuses: the host’s key, certificate or name is "
            "not accepted there."
        ),
    ),
    "link-plain": (
        _("Memory travels unencrypted"),
        _("Whoever listens between the hosts can read it. Use a network of their own, or TLS."),
    ),
    "ports": (
        _("Free ports show only at the start"),
        _("libvirt takes one from 49152 on; a firewall between the hosts has to let it pass."),
    ),
    "clock": (_("Clocks agree"), ""),
    "clock-ahead": (
        _("The clock of the target is %(seconds)s s ahead"),
        _("The guest may see a small time jump. Let time be synchronised there."),
    ),
    "clock-behind": (
        _("The clock of the target is %(seconds)s s behind"),
        _("The guest may see a small time jump. Let time be synchronised there."),
    ),
    "clock-unknown": (_("The clocks cannot be compared from here"), ""),
}


def register(code: str, title: str | Promise, text: str | Promise = "") -> None:
    """Let a room say what its own findings mean."""
    _WORDS[code] = (title, text)


def title_of(finding: Finding) -> str:
    """Return the finding in a line."""
    return _filled(_WORDS.get(finding.code, (finding.code, ""))[0], finding.facts)


def text_of(finding: Finding) -> str:
    """Return why, and what to do; "" where the title says all."""
    return _filled(_WORDS.get(finding.code, ("", ""))[1], finding.facts)


def sentence_of(finding: Finding) -> str:
    """Return title and reason together."""
    text = text_of(finding)
    return f"{title_of(finding)}. {text}" if text else title_of(finding)


def size(amount: int) -> str:
    """Return bytes in GiB or MiB."""
    unit, word = (GIB, "GiB") if amount >= GIB else (MIB, "MiB")
    value = amount / unit
    places = 0 if value >= 100 or value == int(value) else 1
    return f"{number_format(round(value, places), decimal_pos=places)}\u00a0{word}"


def _filled(words: str | Promise, facts: Mapping[str, Any]) -> str:
    shown = {name: size(value) if name in _BYTES else value for name, value in facts.items()}
    return str(words) % shown if shown else str(words).replace("%%", "%")
