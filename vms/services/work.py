"""One job of a machine: where it runs, and who hears of it."""

from typing import Any

from accounts.models import User
from jobs.models import Job
from jobs.services import create_job
from vms.models import VM


def work_on(
    vm: VM,
    kind: str,
    by: User | None,
    params: dict[str, Any] | None = None,
    *,
    idempotency_key: str = "",
) -> Job:
    """Accept work on a machine, like `create_job`; whoever may see the machine hears of it.

    Raises ActionRefused (`busy`) while another job holds the machine.
    """
    return create_job(
        kind,
        **vm.about,
        host_id=vm.host_id,
        actor=by,
        params=params,
        audiences=vm.audiences,
        idempotency_key=idempotency_key,
    )
