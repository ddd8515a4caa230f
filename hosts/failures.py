"""Why can a host not be read? One plain sentence for each cause, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hosts import ssh
from hosts.models import Host, HostState
from virt.errors import AccessDenied, HostUnreachable, Unreachable, VirtError
from virt.uri import HostAddress, Transport

OLDEST_LIBVIRT = (6, 0)

# The sentence is completed with the host's name and port.
SENTENCES: dict[str, str | Promise] = {
    "no-name": _("The name %(place)s is not known, so there is no address to connect to."),
    "no-route": _("There is no route to %(place)s."),
    "refused": _("%(place)s refuses the connection: nothing listens on port %(port)s."),
    "timeout": _("%(place)s does not answer."),
    "no-socket": _("There is no libvirt socket at %(socket)s on this machine."),
    "host-key": _("%(place)s shows another SSH key than the one that was pinned."),
    "certificate": _("The certificate of %(place)s is not signed by the authority in cacert.pem."),
    "certificate-name": _("The certificate of %(place)s is made out to another name."),
    "certificate-expired": _("The certificate of %(place)s is not valid at this time."),
    "client-certificate": _("%(place)s does not accept the certificate of Guesthouse."),
    "no-certificate": _("Guesthouse has no certificates that it can read."),
    "no-tls": _("Something answers on %(place)s port %(port)s, but it is not TLS."),
    "access-denied": _("%(place)s is reached, but it does not let Guesthouse in."),
    "no-libvirt": _("%(place)s lets Guesthouse in, but libvirt does not answer there."),
    "lost": _("The connection to %(place)s broke off."),
    "too-old": _("libvirt on %(place)s is older than 6.0, which Guesthouse needs."),
    "bad-address": _("The address of %(place)s cannot be used."),
    "other": _("libvirt on %(place)s does not answer."),
}

NEXT_STEPS: dict[str, tuple[str | Promise, ...]] = {
    "no-name": (_("Check the spelling of the host name, and that DNS knows it."),),
    "no-route": (_("Check that the host is switched on and its network is up."),),
    "refused": (_("Check that the service runs on the host, and that the port is right."),),
    "timeout": (
        _("Check that the host is switched on and its network is up."),
        _("Check that no firewall drops the connection."),
        _("If the host hangs, use its power control."),
    ),
    "no-socket": (_("Install and start libvirt on this machine."),),
    "host-key": (
        _("Find out why the key changed: the host was installed anew, or somebody is in between."),
        _("If it is right, edit the host and pin its new key."),
    ),
    "certificate": (
        _("Put the certificate of the authority that signed the host's own into cacert.pem."),
    ),
    "certificate-name": (
        _("Use the name or address that the host's certificate is made out to."),
        _("Or give the host a certificate with this name or address."),
    ),
    "certificate-expired": (
        _("Give the host a new certificate."),
        _("Check the clocks of both machines."),
    ),
    "client-certificate": (
        _("Let the authority that the host believes sign clientcert.pem."),
        _("Check tls_allowed_dn_list in libvirtd.conf on the host."),
    ),
    "no-certificate": (
        _("Put cacert.pem, clientcert.pem and clientkey.pem into the folder tls of the data."),
    ),
    "no-tls": (_("Check the port, and that libvirt listens for TLS there."),),
    "access-denied": (
        _("Add the key of Guesthouse to the user on the host."),
        _("Put that user into the group libvirt."),
    ),
    "no-libvirt": (_("Start libvirt on the host."),),
    "lost": (_("Check that libvirt runs on the host."),),
    "too-old": (_("Update libvirt on the host."),),
    "bad-address": (_("Edit the host and correct its address."),),
    "other": (_("Check that libvirt runs on the host."),),
}
CERTIFICATES = frozenset(
    str(cause)
    for cause in (
        Unreachable.CERTIFICATE,
        Unreachable.CERTIFICATE_NAME,
        Unreachable.CERTIFICATE_EXPIRED,
        Unreachable.CLIENT_CERTIFICATE,
        Unreachable.NO_CERTIFICATE,
        Unreachable.NO_TLS,
    )
)
COMMANDS = {
    "no-libvirt": "systemctl start libvirtd",
    "lost": "systemctl status libvirtd",
    "other": "systemctl status libvirtd",
    "no-socket": "systemctl start libvirtd",
}
REFUSED_COMMANDS = {
    Transport.SSH: "systemctl start ssh",
    Transport.TLS: "systemctl start libvirtd-tls.socket",
    Transport.TCP: "systemctl start libvirtd-tcp.socket",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a host cannot be read: a word for programs, a sentence, libvirt's own words."""

    code: str
    message: str
    detail: str = ""
    state: str = HostState.UNREACHABLE


NOTHING = Failure("", "", "")


class TooOldError(Exception):
    """The host's libvirt is older than what we need."""


def is_too_old(version: str) -> bool:
    """Say whether libvirt `version` ("9.0.0") is older than 6.0."""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return len(numbers) == 2 and tuple(numbers) < OLDEST_LIBVIRT


def sentence(code: str, addr: HostAddress | None, name: str) -> str:
    """Return the sentence for a cause, in the reader's language."""
    text = str(SENTENCES.get(code, SENTENCES["other"]))
    return text % {
        "place": (addr.hostname if addr else "") or name,
        "port": (addr.effective_port if addr else None) or "",
        "socket": (addr.socket if addr else "") or "/var/run/libvirt/libvirt-sock",
    }


def next_steps(code: str) -> Sequence[str | Promise]:
    """Return what a person can do about a cause."""
    return NEXT_STEPS.get(code, NEXT_STEPS["other"])


def command_for(code: str, transport: str) -> str:
    """Return the command on the host that probably helps, or ""."""
    if code == "refused":
        return REFUSED_COMMANDS.get(Transport(transport), "systemctl start libvirtd")
    return COMMANDS.get(code, "")


def code_of(error: Exception) -> str:
    """Return our word for the cause of an error."""
    if isinstance(error, TooOldError):
        return "too-old"
    if isinstance(error, AccessDenied):
        return "access-denied"
    if isinstance(error, HostUnreachable):
        return "other" if error.cause is Unreachable.BREAKER else str(error.cause)
    return "bad-address" if isinstance(error, ValueError) else "other"


def explain(host: Host, addr: HostAddress | None, error: Exception, *, was_online: bool) -> Failure:
    """Return why `host` cannot be read. For SSH it looks again, four seconds at most."""
    code = code_of(error)
    detail = error.detail if isinstance(error, VirtError) else str(error)
    is_ssh = addr is not None and addr.transport is Transport.SSH
    if is_ssh and code in {"other", "access-denied"} and not was_online:
        code, more = _look_over_ssh(host)
        detail = more or detail
    state = HostState.NOT_READY if code == "too-old" else HostState.UNREACHABLE
    return Failure(code, sentence(code, addr, host.name), detail, state)


def _look_over_ssh(host: Host) -> tuple[str, str]:
    place = ssh.Place(host.hostname, host.port, host.username, host.host_key, host.socket)
    login, detail = ssh.try_login(place)
    return ("other", "") if login is ssh.Login.OK else (str(login), detail)
