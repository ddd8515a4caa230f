"""Who has to agree to a bigger machine, and what comes of it."""

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Team, User
from approvals.models import Request
from approvals.services import decide
from catalogue.models import Size
from jobs.models import Job
from notices.models import Notice
from quotas.models import Limit, Resource
from tests.factories import GIB
from tests.vms.sizing import _waiting, host, red, refused, vm
from vms.models import VM
from vms.resizing.requests import ask_growth, ask_resize
from vms.resizing.services import request_growth, request_resize
from vms.resizing.wishes import ResizeRequest

__all__ = ["_waiting", "host", "red", "vm"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_team_that_approves_bigger_machines_is_asked(
    client: Client, vm: VM, red: Team, oli: User, vera: User
) -> None:
    Team.objects.update(approves_resize=True)
    assert refused(request_resize, vm, ResizeRequest("large"), oli).code == "needs-approval"
    assert refused(request_growth, vm, "vda", 30 * GIB, oli).code == "needs-approval"
    client.force_login(oli)
    page = client.get(f"/machines/{vm.pk}/resize/summary/", {"size": "large"}).content.decode()
    assert "Send request" in page
    client.post(f"/machines/{vm.pk}/resize/", {"size": "large", "comment": "For the course."})
    request = Request.objects.get()
    assert (request.kind, request.comment) == ("vm.resize", "For the course.")
    assert request.summary == "web01 with 4 vCPU and 8 GiB"
    lines = [line.text for line in request.spec.effect(request)]
    assert lines[0] == "1 vCPU and 2 GiB now, 4 vCPU and 8 GiB then"
    job = decide(request, vera, True).job
    assert job is not None
    assert (job.kind, job.actor, job.params["vcpus"]) == ("vm.resize", oli, 4)


def test_a_declined_size_is_told_and_changes_nothing(vm: VM, oli: User, vera: User) -> None:
    request = ask_growth(vm, "vda", 30 * GIB, oli, "More room.")
    assert request.summary == "disk vda of web01: 20 GiB → 30 GiB"
    decide(request, vera, False, "Not now.")
    assert not Job.objects.exists()
    assert Notice.objects.get(user=oli).text == "Not now."


def test_an_approved_size_goes_past_the_persons_limit_but_not_the_teams(
    vm: VM, red: Team, oli: User, vera: User
) -> None:
    Limit.objects.create(team=red, user=oli, resource=Resource.VCPUS, amount=1)
    limit = Limit.objects.create(team=red, resource=Resource.VCPUS, amount=1)
    request = ask_resize(vm, ResizeRequest("large"), oli)
    with pytest.raises(ActionRefused) as caught:
        decide(request, vera, True)
    assert caught.value.code == "blocked"
    limit.delete()
    decide(request, vera, True)
    assert Job.objects.get().kind == "vm.resize"


def test_a_size_that_changed_or_a_machine_that_went_is_not_agreed_to_unseen(
    vm: VM, red: Team, oli: User, vera: User
) -> None:
    request = ask_resize(vm, ResizeRequest("large"), oli)
    Size.objects.filter(slug="large").update(vcpus=64)
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    Size.objects.filter(slug="large").update(vcpus=4)
    VM.objects.update(team=Team.objects.create(name="Blue", slug="blue"))
    with pytest.raises(ActionRefused):
        decide(request, vera, True)
    assert not Job.objects.exists()


def test_sizes_that_need_approval_need_it_here_too(vm: VM, oli: User, vera: User) -> None:
    Size.objects.filter(slug="large").update(needs_approval=True)
    for wish in (ResizeRequest("large"), ResizeRequest(vcpus=3), ResizeRequest(memory=5 * GIB)):
        assert refused(request_resize, vm, wish, oli).code == "needs-approval"
    request_resize(vm, ResizeRequest("large"), vera)


def test_making_it_smaller_is_never_asked_about(vm: VM, oli: User) -> None:
    Team.objects.update(approves_resize=True)
    request_resize(vm, ResizeRequest("tiny", memory=GIB), oli)
