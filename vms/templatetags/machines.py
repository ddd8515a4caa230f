"""What templates ask about machines. `{% load machines %}`."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.access import Capability, allows
from vms.resizing.rules import why_not_resized
from vms.rules import can as rule
from vms.states import REASONS

register = template.Library()

SYSTEMS = (
    ("ubuntu", "brand-ubuntu", "Ubuntu"),
    ("debian", "brand-debian", "Debian"),
    ("rhel", "brand-redhat", "Red Hat"),
    ("redhat", "brand-redhat", "Red Hat"),
    ("fedora", "brand-redhat", "Fedora"),
    ("centos", "brand-redhat", "CentOS"),
    ("rocky", "brand-redhat", "Rocky Linux"),
    ("alma", "brand-redhat", "AlmaLinux"),
    ("microsoft", "brand-windows", "Windows"),
)


@register.filter
def os_mark(os_id: str) -> str:
    """Return the icon of an operating system, or that of any machine."""
    return next((name for word, name, _label in SYSTEMS if word in os_id), "device-desktop")


@register.filter
def reason_word(key: str) -> Any:
    """Return the words for the reason of a state."""
    return REASONS.get(key, "")


@register.simple_tag(takes_context=True)
def blocked(context: template.Context, vm: Any, action: str, capability: str = "vm.operate") -> str:
    """Return why the reader cannot do `action` with `vm` now; "" when it can be done."""
    if not allows(context["request"].user, Capability(capability), vm):
        return _("You may look at this machine, not change it.")
    if action == "resize":
        return why_not_resized(vm)
    refusal = rule(vm, action)
    return str(refusal) if refusal else ""


@register.filter
def os_name(os_id: str) -> str:
    """Return the name of an operating system, "" where it is unknown."""
    return next((label for word, _name, label in SYSTEMS if word in os_id), "")
