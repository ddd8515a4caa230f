"""Which step of the last try to reach a host failed, and which passed before it?"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hosts.models import Host
from virt.uri import DEFAULT_PORTS, Transport


@dataclass(frozen=True, slots=True)
class Tried:
    """One step of the last try to reach a host."""

    state: str
    title: str | Promise
    value: str = ""


ORDER = {
    "ssh": ("name", "port", "login", "libvirt"),
    "tls": ("name", "port", "libvirt"),
    "tcp": ("name", "port", "libvirt"),
}
TITLES: dict[str, str | Promise] = {
    "name": _("Name resolves"),
    "port": _("Port answers"),
    "login": _("Guesthouse may sign in"),
    "libvirt": _("libvirt answers"),
}
FAILS_AT = {
    "no-name": "name",
    "no-route": "port",
    "refused": "port",
    "timeout": "port",
    "host-key": "login",
    "access-denied": "login",
}


def tried_steps(host: Host) -> list[Tried]:
    """Say which step of a connection failed, which passed before it, and which was not tried."""
    order = ORDER.get(host.transport, ("libvirt",))
    failed = FAILS_AT.get(host.error_code, "libvirt")
    failed = failed if failed in order else order[-1]
    steps: list[Tried] = []
    for key in order:
        if key == failed:
            steps.append(Tried("fail", TITLES[key], _port(host) if key == "port" else ""))
        else:
            is_before = order.index(key) < order.index(failed)
            steps.append(Tried("ok" if is_before else "skip", TITLES[key], _known(host, key)))
    return steps


def _port(host: Host) -> str:
    return str(host.port or DEFAULT_PORTS.get(Transport(host.transport)) or "")


def _known(host: Host, key: str) -> str:
    if key == "name":
        return host.hostname
    return _port(host) if key == "port" else ""
