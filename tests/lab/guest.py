"""What is the small guest of the lab, and how does a test see that it lives?"""

import base64
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launcher.tiny import build_tiny_boot
from tests.lab.waiting import wait_until

if TYPE_CHECKING:
    from tests.lab.hosts import LabHost

DOMAIN = """\
<domain type='qemu'>
  <name>{name}</name>{uuid}
  <memory unit='MiB'>{memory}</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>{kernel}</kernel>
    <initrd>{initrd}</initrd>
    <cmdline>console=tty0 console=ttyS0 quiet guesthouse.tick</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    {devices}
    <serial type='pty'><log file='/var/log/libvirt/qemu/{name}-serial.log' append='on'/></serial>
    <console type='pty'><target type='serial'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <video><model type='vga'/></video>
    <memballoon model='virtio'/>
  </devices>
</domain>
"""

GRAPHICS = {
    "none": "<graphics type='vnc'><listen type='none'/></graphics>",
    "socket": "<graphics type='vnc'><listen type='socket'/></graphics>",
    "loopback": "<graphics type='vnc' autoport='yes'><listen type='address' address='127.0.0.1'/>"
    "</graphics>",
    "": "",
}


def guest_xml(
    name: str,
    *,
    memory: int = 128,
    graphics: str = "none",
    network: str = "",
    disk: str = "",
    more: str = "",
    uuid: str = "",
) -> str:
    """Return the XML of a ticking guest.

    `memory` in MiB; `graphics` none, socket, loopback or empty for no display; `network` a libvirt
    network's name; `disk` a qcow2 file's path on the host; `more` is XML for <devices>.
    """
    boot = build_tiny_boot()
    devices = [GRAPHICS[graphics], more]
    if network:
        devices.append(
            f"<interface type='network'><source network='{network}'/><model type='virtio'/>"
            "</interface>"
        )
    if disk:
        devices.append(
            "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
            f"<source file='{disk}'/><target dev='vda' bus='virtio'/></disk>"
        )
    return DOMAIN.format(
        name=name,
        uuid=f"<uuid>{uuid}</uuid>" if uuid else "",
        memory=memory,
        kernel=boot.kernel,
        initrd=boot.initrd,
        devices="\n    ".join(part for part in devices if part),
    )


@dataclass(slots=True)
class Guest:
    """A guest on a lab host. After a migration set `.host` to where it is now."""

    host: "LabHost"
    name: str

    @property
    def uuid(self) -> str:
        """Return the guest's UUID."""
        return self.host.virsh("domuuid", self.name)

    @property
    def state(self) -> str:
        """Return virsh's word for the state, such as "running" or "shut off"."""
        return self.host.virsh("domstate", self.name)

    def serial_output(self) -> str:
        """Return what the guest has written to its serial port on this host."""
        path = self.host.folder / f"log/qemu/{self.name}-serial.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ticks(self) -> list[int]:
        """Return the numbers that the guest has counted on this host."""
        return [int(tick) for tick in re.findall(r"\btick (\d+)", self.serial_output())]

    def wait_ticking(self, *, timeout: float = 60.0) -> int:
        """Wait for a tick that is newer than all so far and return it: the guest runs."""
        seen = len(self.ticks())
        wait_until(
            lambda: len(self.ticks()) > seen, timeout=timeout, every=0.2, what=f"{self.name} ticks"
        )
        return self.ticks()[-1]

    def agent(self, command: str, **arguments: Any) -> Any:
        """Ask the guest agent and return its answer."""
        question = json.dumps({"execute": command, "arguments": arguments})
        return json.loads(self.host.virsh("qemu-agent-command", self.name, question))["return"]

    def put(self, path: str, data: bytes) -> None:
        """Write a file in the guest by its agent."""
        handle = self.agent("guest-file-open", path=path, mode="w")
        text = base64.b64encode(data).decode()
        for at in range(0, len(text), 60_000):  # of a command line
            piece = text[at : at + 60_000]
            self.agent("guest-file-write", handle=handle, **{"buf-b64": piece})
        self.agent("guest-file-close", handle=handle)

    def shell(self, script: str) -> None:
        """Begin a script in the guest by its agent."""
        self.agent("guest-exec", path="/bin/sh", arg=["-c", script])

    def start_desktop(self) -> None:
        """Start the program that has the guest's clipboard; see `vdagent.sh`."""
        self.wait_agent()
        self.put("/tmp/vdagent", Path(__file__).with_name("vdagent.sh").read_bytes())
        self.shell("sh /tmp/vdagent </dev/null >/dev/ttyS0 2>&1 &")

    def wait_agent(self, *, timeout: float = 60.0) -> None:
        """Wait until the guest agent answers."""
        ping = ("qemu-agent-command", self.name, '{"execute":"guest-ping"}')
        deadline = time.monotonic() + timeout
        while "return" not in self.host.virsh(*ping, check=False):
            if time.monotonic() > deadline:
                raise AssertionError(f"The agent of {self.name} does not answer.")
            time.sleep(0.3)
