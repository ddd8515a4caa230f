"""What can be done with one domain.

It is looked up by UUID for each call; no libvirt object is kept.
"""

from __future__ import annotations

import os
from typing import Any

import libvirt

from virt.calls import streams
from virt.calls.bounded import within
from virt.domains import jobs
from virt.domains.power import Power
from virt.errors import (
    InvalidDefinition,
    OperationTimeout,
    Unsupported,
    WrongState,
    translate,
)
from virt.facts.domain import DomainInfo, DomainState, JobProgress
from virt.facts.guest import AddressInfo, GuestFacts
from virt.guests import agent
from virt.hosts import listing
from virt.states import state_of
from virt.units import to_kib
from virt.uri import Transport

LIVE_SIZES_SECONDS = 2.0


class Domain(Power):
    """Act on one domain of an open connection.

    Every method raises VirtError kinds; NotFound when it is gone.

    A frozen QEMU answers never: what must talk to it ends with OperationTimeout, and may still
    happen later.
    """

    def name(self) -> str:
        """Return its name on the host."""
        with self.raw() as raw:
            return str(raw.name())

    def info(self, *, sizes: bool = True) -> DomainInfo:
        """Read everything about it; with ``sizes`` of disks a frozen QEMU delays it by 2 s."""
        with self.raw() as raw:
            info = listing.domain(raw, sizes=sizes)
        return self._with_live_sizes(info) if sizes and info.state.is_active else info

    def _with_live_sizes(self, info: DomainInfo) -> DomainInfo:
        """Add the sizes that only QEMU knows, unless it takes longer than a moment."""

        sidelines = self.hypervisor.sidelines
        if not info.disks or sidelines.is_full or self.hypervisor.addr.transport is Transport.TEST:
            return info
        try:
            return sidelines.run(
                LIVE_SIZES_SECONDS, lambda raw: listing.with_live_sizes(raw, self.uuid, info)
            )
        except OperationTimeout:
            return info

    def state(self) -> DomainState:
        """Read the bare state (one call); "saved" is not told from "off" here."""
        with self.raw() as raw:
            return state_of(raw.state()[0])

    def xml(self, *, secure: bool = False, inactive: bool = False) -> str:
        """Return the XML; ``secure`` includes passwords, ``inactive`` is what the next start will
        use.
        """
        flags = libvirt.VIR_DOMAIN_XML_SECURE if secure else 0
        flags |= libvirt.VIR_DOMAIN_XML_INACTIVE if inactive else 0
        with self.raw() as raw:
            return str(raw.XMLDesc(flags))

    # Definition

    @within(60)
    def rename(self, name: str) -> None:
        """Give it another name; it must be off, and must have no snapshots on older hosts."""
        with self.raw() as raw:
            raw.rename(name, 0)

    def set_autostart(self, wanted: bool) -> None:
        """Say whether it starts with the host."""
        with self.raw() as raw:
            raw.setAutostart(1 if wanted else 0)

    @within(60)
    def undefine(
        self, *, nvram: bool = True, managed_save: bool = True, snapshots_metadata: bool = True
    ) -> None:
        """Remove the definition and what belongs to it; disks stay.

        A running one goes on as transient.
        """
        flags = (
            libvirt.VIR_DOMAIN_UNDEFINE_NVRAM if nvram else libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
        )
        flags |= libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE if managed_save else 0
        flags |= libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA if snapshots_metadata else 0
        basic = flags & ~libvirt.VIR_DOMAIN_UNDEFINE_NVRAM & ~libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM
        flags |= libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA if snapshots_metadata else 0
        with self.raw() as raw:
            try:
                raw.undefineFlags(flags)
            except libvirt.libvirtError as error:
                if not isinstance(translate(error), Unsupported | InvalidDefinition):
                    raise
                raw.undefineFlags(basic)

    @within(40)
    def set_texts(self, *, title: str | None = None, description: str | None = None) -> None:
        """Change title and description, live and for the next start; None leaves one alone."""
        with self.raw() as raw:
            flags = _config_and_live(raw)
            if title is not None:
                raw.setMetadata(libvirt.VIR_DOMAIN_METADATA_TITLE, title, None, None, flags)
            if description is not None:
                raw.setMetadata(
                    libvirt.VIR_DOMAIN_METADATA_DESCRIPTION, description, None, None, flags
                )

    # Devices

    @within(60)
    def attach_device(self, xml: str) -> None:
        """Plug a device in: at once when it runs, and for the next start."""
        with self.raw() as raw:
            raw.attachDeviceFlags(xml, _config_and_live(raw))

    @within(60)
    def update_device(self, xml: str, *, force: bool = False) -> None:
        """Change a device (medium, link, display): at once when it runs, and for the next start."""
        extra = libvirt.VIR_DOMAIN_DEVICE_MODIFY_FORCE if force else 0
        with self.raw() as raw:
            raw.updateDeviceFlags(xml, _config_and_live(raw) | extra)

    @within(60)
    def detach_device(self, xml: str) -> None:
        """Unplug a device; from a running guest it is gone only when the event says so."""
        with self.raw() as raw:
            raw.detachDeviceFlags(xml, _config_and_live(raw))

    @within(60)
    def resize_disk(self, target: str, capacity: int) -> None:
        """Grow a running domain's disk to so many bytes."""
        with self.raw() as raw:
            raw.blockResize(target, capacity, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)

    @within(60)
    def set_vcpus_now(self, count: int) -> None:
        """Plug processors into a running guest, or take them out; the definition stays.

        Those that it was started with cannot be taken out: that is refused as libvirt does.
        """
        with self.raw() as raw:
            raw.setVcpusFlags(count, libvirt.VIR_DOMAIN_AFFECT_LIVE)

    @within(60)
    def set_memory_now(self, memory: int) -> None:
        """Ask a running guest's balloon to leave it so many bytes; the guest does it in its time,
        or not at all. The definition stays.
        """
        with self.raw() as raw:
            raw.setMemoryFlags(to_kib(memory), libvirt.VIR_DOMAIN_AFFECT_LIVE)

    # The guest

    @within(15)
    def addresses(self) -> list[AddressInfo]:
        """Return the guest's addresses, from the agent, then leases, then the neighbour table; []
        when none is known.
        """
        with self.raw() as raw:
            return agent.addresses(raw)

    @within(20)
    def guest_facts(self) -> GuestFacts:
        """Return what the guest's agent says of its system, users and file systems."""
        with self.raw() as raw:
            return agent.guest_facts(raw)

    def ping_agent(self, timeout: int = 5) -> bool:
        """Tell whether the guest agent answers within so many seconds."""
        with self.raw() as raw:
            return agent.ping(raw, timeout)

    @within(8)
    def screenshot(self, screen: int = 0) -> tuple[str, bytes]:
        """Return the media type and the bytes of what the display shows; at most 32 MiB."""
        with self.raw() as raw:
            return streams.screenshot(self.hypervisor.raw, raw, screen)

    @within(40, late=streams.Console.close)
    def open_console(self, *, force: bool = False) -> streams.Console:
        """Open the first serial console; Busy when it is taken, unless ``force`` takes it over."""
        with self.raw() as raw:
            console = streams.open_console(self.hypervisor.raw, raw, force=force)
        self.hypervisor.keep_console(console)
        return console

    @within(10, late=os.close)
    def open_graphics_fd(self, index: int = 0) -> int:
        """Return a connected file descriptor of display ``index``, past its password; the caller
        closes it.

        Only over a socket of this machine: over any other transport the call kills the connection,
        so Unsupported is raised instead without asking.
        """
        if self.hypervisor.addr.transport not in {Transport.LOCAL, Transport.SESSION}:
            raise Unsupported("A display can be handed over on the same machine only.")
        with self.raw() as raw:
            return int(raw.openGraphicsFD(index, libvirt.VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH))

    # Jobs

    @within(15)
    def job_progress(self) -> JobProgress:
        """Tell how far libvirt's own job (save, migration, dump) is."""
        with self.raw() as raw:
            return jobs.progress(raw)

    @within(40)
    def abort_job(self) -> None:
        """Cancel libvirt's own job; none running is no error."""
        with self.raw() as raw:
            try:
                raw.abortJob()
            except libvirt.libvirtError as error:
                if not isinstance(translate(error), WrongState):
                    raise


def _config_and_live(raw: Any) -> int:
    """Return the flags for "now and after the next start", as far as they make sense."""
    flags = 0
    if raw.isActive():
        flags |= libvirt.VIR_DOMAIN_AFFECT_LIVE
    if raw.isPersistent():
        flags |= libvirt.VIR_DOMAIN_AFFECT_CONFIG
    return int(flags)
