"""The same machine as code: a call of the API, and virt-install."""

import json
import shlex
from typing import Any

from vms.making.choices import NO_NETWORK
from vms.making.sizes import CUSTOM, GIB, MIB
from vms.services.wishes import Wish

FIRMWARE_FLAGS = {
    "uefi": "uefi",
    "uefi-secure": "uefi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=yes",
}


def api_call(site: str, body: dict[str, Any]) -> str:
    """Return one call of the API with `body`."""
    return (
        f"curl -X POST {site}api/v1/vms \\\n"
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(json.dumps(body, indent=2))}"
    )


def virt_install(wish: Wish, network: str) -> str:
    """Return what makes such a machine on a host by hand."""
    words = [
        ["--name", wish.name],
        ["--vcpus", str(wish.vcpus)],
        ["--memory", str(wish.memory // MIB)],
        ["--disk", f"size={wish.disk / GIB:g}"],
        *_start_of(wish),
        ["--network", "none" if network in {"", NO_NETWORK} else f"network={network}"],
        ["--osinfo", "detect=on,require=off"],
    ]
    if wish.firmware in FIRMWARE_FLAGS:
        words.append(["--boot", FIRMWARE_FLAGS[wish.firmware]])
    if wish.display != "vnc":
        words.append(["--graphics", "spice"])
    if wish.tpm:
        words.append(["--tpm", "emulator,version=2.0"])
    return " \\\n  ".join(["virt-install", *(shlex.join(pair) for pair in words)])


def _start_of(wish: Wish) -> list[list[str]]:
    if wish.kind == "iso" and wish.iso:
        return [["--cdrom", f"vol={wish.iso[0]}/{wish.iso[1]}"]]
    return [["--pxe"]] if wish.kind == "network" else [["--import"]]


def body_of(value: Any, wish: Wish | None, *, is_admin: bool) -> dict[str, Any]:
    """Return the body of the call; `value` gives each field of the form as text."""
    body: dict[str, Any] = {"name": value("name").strip() or "NAME", "source": value("source")}
    body["size"] = value("size")
    if value("size") == CUSTOM and wish:
        body |= {"vcpus": wish.vcpus, "memory": wish.memory, "disk": wish.disk}
    for key in ("team", "network", "firmware", "description"):
        if value(key):
            body[key] = value(key)
    if value("ends_on"):
        body["keep_until"] = value("ends_on")
    if value("display") not in {"", "vnc"}:
        body["display"] = value("display")
    for key in ("tpm", "clipboard"):
        if value(key):
            body[key] = True
    if is_admin and value("host").isdecimal():
        body["host_id"] = int(value("host"))
    return body
