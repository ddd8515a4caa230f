"""Ask once more for what a job did not do, by the same rules as the first time."""

from django.utils.translation import gettext as _

from accounts.access import ActionRefused, Person
from accounts.models import User
from jobs.models import Job
from vms.access import get_vm
from vms.rules import POWER_ACTIONS

from .asking import NEEDED, ask, right_for
from .create import request_create
from .wishes import CreateRequest, Wish


def retry(job: Job, by: Person) -> Job:
    """Ask again for `job` as `by`. Raises what the action's own service raises."""
    assert isinstance(by, User)
    action = job.kind.removeprefix("vm.")
    if action == "create":
        return request_create(_same_wish(job), by)
    if action not in POWER_ACTIONS | NEEDED.keys() or job.target_id is None:
        raise ActionRefused(_("This cannot be tried again."), code="not-repeatable")
    vm = get_vm(by, job.target_id, right_for(action))
    return ask(vm, action, by, params=job.params)


def _same_wish(job: Job) -> CreateRequest:
    wish = Wish.of_params(job.params)
    sources = {"image": f"image:{wish.image}", "iso": "iso:" + "/".join(wish.iso or ())}
    return CreateRequest(
        name=wish.name,
        source=sources.get(wish.kind, "network"),
        size="custom",
        vcpus=wish.vcpus,
        memory=wish.memory,
        disk=wish.disk,
        network=wish.network,
        firmware=wish.firmware,
        tpm=wish.tpm,
        start=wish.start,
        description=wish.description,
    )
