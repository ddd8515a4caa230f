"""What templates ask about listening to text consoles. `{% load listening %}`."""

from django import template

from consoles.listening.shown import Shown, shown_of
from vms.models import VM

register = template.Library()


@register.simple_tag
def listening_of(vm: VM) -> Shown:
    """Return whether Guesthouse listens to a machine's text console, and what became of that."""
    return shown_of(vm)
