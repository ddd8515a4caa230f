"""Plans on their way, by the API."""

import pytest

from accounts.models import User
from hosts.models import Host
from jobs.models import Job
from maintenance.models import Balancing, Deed, Plan, PlanKind
from tests.factories import make_vm
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(here: Host) -> Plan:
    """A plan that stopped with one machine that did not move."""
    plan = Plan.objects.create(kind=PlanKind.DRAIN, host=here, state="partly")
    vm = make_vm("web1", host=here)
    plan.steps.create(vm=vm, vm_name=vm.name, deed=Deed.MIGRATE, state="failed", reason="too big")
    return plan


def test_a_step_is_decided_and_the_plan_goes_on(ada: User, stopped: Plan, unasked: None) -> None:
    step = stopped.steps.get()
    told = send(ada, "POST", f"/plans/steps/{step.pk}", {"deed": "shutdown"})
    assert told.status_code == 200
    (line,) = told.json()["steps"]
    assert (line["deed"], line["state"], line["reason"]) == ("shutdown", "waiting", "")
    assert Job.objects.get(pk=told.json()["job_id"]).is_active
    again = send(ada, "POST", f"/plans/steps/{step.pk}", {"deed": "shutdown"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")
    assert send(ada, "POST", f"/plans/steps/{step.pk}", {"deed": "explode"}).status_code == 400


def test_a_plan_goes_on(ada: User, stopped: Plan, unasked: None) -> None:
    told = send(ada, "POST", f"/plans/{stopped.pk}/go-on")
    assert told.status_code == 202
    assert told.headers["Location"] == f"/api/v1/jobs/{told.json()['job']['id']}"
    Plan.objects.filter(pk=stopped.pk).update(state="cancelled", job=None)
    assert send(ada, "POST", f"/plans/{stopped.pk}/go-on").json()["code"] == "cancelled"


def test_machines_are_checked_before(ada: User, here: Host, there: Host, unasked: None) -> None:
    make_vm("web1", host=here)
    make_vm("off", host=here, state="off")
    told = send(ada, "POST", f"/hosts/{here.pk}/evacuate/check")
    assert (told.status_code, told.json()) == (202, {"asked": 1})


def test_the_rule_of_spreading_is_changed_in_parts(ada: User) -> None:
    assert send(ada, "PATCH", "/balance", {"threshold": 40}).json() == {
        "is_automatic": False,
        "threshold": 40,
    }
    assert send(ada, "PATCH", "/balance", {"is_automatic": True}).json()["threshold"] == 40
    assert Balancing.get().is_automatic
    assert send(ada, "PATCH", "/balance", {"threshold": 4}).status_code == 400
    assert send(ada, "GET", "/balance").status_code == 200


def test_plans_are_the_administrators(oli: User, stopped: Plan) -> None:
    step = stopped.steps.get()
    for method, path in (
        ("POST", f"/plans/{stopped.pk}/go-on"),
        ("POST", f"/plans/steps/{step.pk}"),
        ("POST", f"/hosts/{stopped.host_id}/evacuate/check"),
        ("PATCH", "/balance"),
    ):
        assert send(oli, method, path, {"deed": "leave"}).status_code == 403, path
