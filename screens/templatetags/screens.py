"""What templates ask about screens. `{% load screens %}`."""

from typing import Any

from django import template

from accounts.access import Capability, allows
from screens.health import LOOKS, Look, basis_of
from screens.models import Screen
from screens.wall import Sight, sights
from vms.screens import count_screens

register = template.Library()


@register.simple_tag(takes_context=True)
def screen_of(context: template.Context, vm: Any) -> Sight | None:
    """Return what is known of a machine's screen; None for a reader who may not see it."""
    if not allows(context["request"].user, Capability.VM_CONSOLE, vm):
        return None
    vm.screen = Screen.objects.filter(vm=vm).first()
    return sights([vm])[vm.pk]


@register.simple_tag(takes_context=True)
def heads_of(context: template.Context, vm: Any) -> list[tuple[int, str]]:
    """Return number and id of each screen of a machine that has several, for who may see them."""
    count = count_screens(vm)
    if count < 2 or not allows(context["request"].user, Capability.VM_CONSOLE, vm):
        return []
    return [(head + 1, f"{vm.pk}.{head}" if head else str(vm.pk)) for head in range(count)]


@register.simple_tag
def screen_basis(health: str, source: str = "") -> str:
    """Return what a tag is based on."""
    return str(basis_of(health, source))


@register.simple_tag
def screen_looks() -> list[tuple[str, Look]]:
    """Return every tag once, for pages to copy when a screen changes."""
    return list(LOOKS.items())
