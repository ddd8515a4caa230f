"""What the tests of sizes share: a machine of a team, off, and jobs that wait."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from catalogue.seeding import seed
from hosts.models import Host
from jobs import sending
from jobs.models import Job, JobState
from jobs.running import write_end
from tests.factories import GIB, make_host, make_vm
from vms.models import VM


@pytest.fixture
def host() -> Host:
    """A host of 16 threads and 64 GiB."""
    seed()
    return make_host("alder")


@pytest.fixture
def red(host: Host, oli: User, vera: User) -> Team:
    """Oli changes machines in it, Vera owns it."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team, role="member")
    Membership.objects.create(user=vera, team=team, role="owner")
    return team


def small(host: Host, team: Team | None, owner: User, **fields: Any) -> VM:
    """Make a machine that is off, of the size small."""
    facts: dict[str, Any] = {
        "state": "off",
        "domain_id": None,
        "vcpus": 1,
        "max_vcpus": 1,
        "memory": 2 * GIB,
        "max_memory": 2 * GIB,
        "disk_bytes": 20 * GIB,
        "size": "small",
    }
    return make_vm("web01", host=host, team=team, owner=owner, **facts | fields)


@pytest.fixture
def vm(host: Host, red: Team, oli: User) -> VM:
    """A small machine of oli's in the red team, off."""
    return small(host, red, oli)


@pytest.fixture(autouse=True)
def _waiting(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let no job begin, but on the simulated host."""
    if "simulation" not in request.fixturenames:
        settings.CELERY_TASK_ALWAYS_EAGER = False
        monkeypatch.setattr(sending._State, "failed_at", float("inf"))


def end(job: Job, state: JobState) -> None:
    """Let the job end like this."""
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    write_end(job, job.attempt, {"state": state, "finished_at": timezone.now()})


def refused(deed: Any, *words: Any, **more: Any) -> ActionRefused:
    """Return the refusal of what has to be refused; nothing is kept of it."""
    with pytest.raises(ActionRefused) as caught:
        deed(*words, **more)
    assert not Job.objects.exists()
    assert not VM.objects.exclude(held_vcpus=0, held_memory=0, held_disk=0).exists()
    return caught.value
