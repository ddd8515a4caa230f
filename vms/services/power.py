"""Ask for a power action."""

from django.utils.translation import gettext as _

from accounts.models import User
from jobs.models import Job
from vms.models import VM
from vms.rules import POWER_ACTIONS

from .asking import ask
from .refusing import refuse_field


def request_power(vm: VM, action: str, by: User, *, idempotency_key: str = "") -> Job:
    """Ask for one of `POWER_ACTIONS`; see `asking.ask` for what is raised."""
    if action not in POWER_ACTIONS:
        raise refuse_field("action", _("This is not a power action."))
    return ask(vm, action, by, idempotency_key=idempotency_key)
