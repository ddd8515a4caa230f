"""Where does a wished machine go? The choice of a host for it, or the refusal that says why not."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused
from accounts.models import Team, User
from hosts.models import Host
from vms.making.choices import NO_NETWORK
from vms.names import is_free_on
from vms.placement import Need, Verdict, judge

from .refusing import refuse_field
from .wishes import Wish

# Which field of a wish a rule is about, where the refusal can be shown at it.
FIELDS = {name: name for name in ("memory", "firmware", "tpm", "display", "clipboard", "network")}


def need_for(wish: Wish, user: User | None, team: Team | None, group: int | None = None) -> Need:
    """Return what the machine of a wish needs; its network has to be one that is offered."""
    named = {wish.network} - {"", NO_NETWORK}
    return Need(
        memory=wish.memory,
        vcpus=wish.vcpus,
        disk=wish.disk,
        iso=wish.iso,
        networks=frozenset(named),
        firmware=wish.firmware,
        tpm=wish.tpm,
        spice=wish.display != "vnc",
        clipboard=wish.clipboard and wish.display == "vnc",
        team=team,
        user=user,
        group=group,
    )


def best_host(need: Need, name: str) -> Host:
    """Return the best host where the name is free; or say what stands against.

    A name that only others' machines have is refused without telling of them. So is a network
    that is another team's, with the same words as one that is not.
    """
    verdicts = judge(need)
    fitting = [verdict.host for verdict in verdicts if verdict.fits]
    if not fitting:
        raise _no_room(need, verdicts)
    for host in fitting:
        if is_free_on(host, name):
            return host
    text = _("The name %(name)s cannot be had. Choose another one.")
    raise refuse_field("name", text % {"name": name})


def _no_room(need: Need, verdicts: list[Verdict]) -> ActionRefused:
    only_network = any({r.code for r in v.reasons if r.is_hard} == {"network"} for v in verdicts)
    if need.networks and only_network:
        return no_network(min(need.networks))
    if any({r.code for r in v.reasons if r.is_hard} == {"affinity"} for v in verdicts):
        text = _("No host is left that the placement group allows. Choose no group, or another.")
        return ActionRefused(text, code="affinity", status=422, fields={"group": text})
    return ActionRefused(
        _("No host that answers can take this machine. Choose a smaller size, or try later."),
        code="no-room",
        status=422,
    )


def no_network(name: str) -> ActionRefused:
    """Return the same refusal for a network that is another team's and for one that is not."""
    return refuse_field(
        "network", _("There is no active network called %(name)s.") % {"name": name}
    )


def named_host(need: Need, host_id: int, name: str) -> Host:
    """Return the host that an administrator chose. Raises ActionRefused that says why not there."""
    host = Host.objects.prefetch_related("pools", "kept_for").filter(pk=host_id).first()
    if host is None:
        raise refuse_field("host", _("There is no such host."))
    if not host.is_online:
        text = _("%(name)s does not answer. Choose another host, or try later.")
        raise ActionRefused(text % {"name": host.name}, code="host-unreachable", status=503)
    for reason in judge(need, [host])[0].reasons:
        if not reason.is_hard or reason.code == "not-ready":
            continue
        if reason.code == "network":
            raise no_network(min(need.networks))
        text = f"{host.name} {reason.text}."
        raise refuse_field(FIELDS.get(reason.code, "host"), text)
    if not is_free_on(host, name):
        text = _("There is a machine called %(name)s already.")
        raise refuse_field("name", text % {"name": name})
    return host
