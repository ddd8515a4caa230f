"""How is a domain started, stopped and held."""

import libvirt

from virt.calls.bounded import within
from virt.calls.handle import Handle
from virt.errors import WrongState

_SHUTDOWN = {
    "auto": 0,
    "acpi": libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN,
    "agent": libvirt.VIR_DOMAIN_SHUTDOWN_GUEST_AGENT,
}
_REBOOT = {
    "auto": 0,
    "acpi": libvirt.VIR_DOMAIN_REBOOT_ACPI_POWER_BTN,
    "agent": libvirt.VIR_DOMAIN_REBOOT_GUEST_AGENT,
}


class Power(Handle):
    """Switch one domain. What must talk to a frozen QEMU ends with OperationTimeout."""

    @within(120)
    def start(self, *, paused: bool = False, discard_saved: bool = False) -> None:
        """Start it; a saved memory image is restored unless ``discard_saved``.

        WrongState when it runs already.
        """
        flags = libvirt.VIR_DOMAIN_START_PAUSED if paused else 0
        flags |= libvirt.VIR_DOMAIN_START_FORCE_BOOT if discard_saved else 0
        with self.raw() as raw:
            raw.createWithFlags(flags)

    @within(40)
    def shutdown(self, mode: str = "auto") -> None:
        """Ask the guest to shut down (mode auto, acpi or agent).

        The guest may ignore it: wait for the event.
        """
        with self.raw() as raw:
            raw.shutdownFlags(_SHUTDOWN[mode])

    @within(40)
    def reboot(self, mode: str = "auto") -> None:
        """Ask the guest to reboot (mode auto, acpi or agent)."""
        with self.raw() as raw:
            raw.reboot(_REBOOT[mode])

    @within(40)
    def reset(self) -> None:
        """Press the reset button: the guest's memory is lost."""
        with self.raw() as raw:
            raw.reset(0)

    @within(60)
    def force_off(self) -> None:
        """Pull the plug.

        Takes up to 12 s when QEMU is frozen. WrongState when it is off already.
        """
        with self.raw() as raw:
            raw.destroyFlags(0)

    @within(40)
    def pause(self) -> None:
        """Stop the processors; memory stays."""
        with self.raw() as raw:
            raw.suspend()

    @within(40)
    def resume(self) -> None:
        """Let the processors go on."""
        with self.raw() as raw:
            raw.resume()

    @within(40)
    def wake(self) -> None:
        """Wake a guest that put itself to sleep."""
        with self.raw() as raw:
            raw.pMWakeup(0)

    @within(3600)
    def save(self) -> None:
        """Write the memory to the host's disk and stop; the next start goes on from there."""
        with self.raw() as raw:
            raw.managedSave(0)

    @within(3600)
    def restore(self) -> None:
        """Start from the saved memory image, or raise WrongState when there is none."""
        with self.raw() as raw:
            if not raw.hasManagedSaveImage(0):
                raise WrongState("There is no saved state to restore.")
            raw.createWithFlags(0)

    def discard_saved(self) -> None:
        """Throw the saved memory image away; none is no error."""
        with self.raw() as raw:
            if raw.hasManagedSaveImage(0):
                raw.managedSaveRemove(0)
