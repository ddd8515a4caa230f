"""Listening to the text consoles of many machines."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from vms.models import VM
from vms.services import many
from vms.services.many import Wish

from .choice import set_listening


def register() -> None:
    """Offer both ways where many machines are changed."""
    many.register("listen", _("Listen to the text console"), _listen)
    many.register("no_listen", _("Do not listen to the text console"), _no_listen)


def _listen(vm: VM, _wish: Wish, by: User) -> None:
    set_listening(vm, by, True)


def _no_listen(vm: VM, _wish: Wish, by: User) -> None:
    set_listening(vm, by, False)
