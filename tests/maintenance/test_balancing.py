"""Proposals that spread machines, and the switch that is off until somebody turns it."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host
from jobs.models import AuditEntry
from maintenance.loads import Advice
from maintenance.models import Balancing, Plan
from maintenance.services.balancing import balance_by_itself, begin_balance
from tests.factories import GIB, make_vm
from vms.models import VM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unasked")]


@pytest.fixture
def uneven(here: Host, there: Host) -> list[VM]:
    for host, cpu, used in ((here, 90.0, 40), (there, 10.0, 8)):
        host.networks.create(uuid=uuid.uuid4(), name="default", mode="nat", active=True)
        Host.objects.filter(pk=host.pk).update(cpu_percent=cpu, memory_used=used * GIB)
    facts: dict[str, Any] = {"host": here, "vcpus": 4, "memory_used": 4 * GIB}
    return [make_vm(f"job{n}", cpu_percent=95.0, **facts) for n in range(3)]


def test_proposal_shows_both_hosts_before_and_after(
    client: Client, ada: User, uneven: list[VM]
) -> None:
    first = Advice().proposals[0]
    assert (first.source.name, first.target.name) == ("juniper", "sorrel")
    assert first.source.cpu_percent == 90
    assert first.source_after.cpu_percent == pytest.approx(66.25)
    assert first.target_after.cpu_percent == pytest.approx(33.75)
    client.force_login(ada)
    page = client.get(reverse("maintenance:balance")).content.decode()
    assert "job0" in page
    told = client.get("/api/v1/balance").json()
    assert told["proposals"][0]["source"]["cpu_before"] == 90
    assert told["is_automatic"] is False


def test_chosen_proposals_become_one_plan(client: Client, ada: User, uneven: list[VM]) -> None:
    client.force_login(ada)
    chosen = Advice().proposals[0].guest.pk
    client.post(reverse("maintenance:balance"), {"vm": [str(chosen)]})
    plan = Plan.objects.get()
    assert (plan.kind, plan.steps.get().vm_id) == ("balance", chosen)
    with pytest.raises(ActionRefused):
        begin_balance(Advice(), ada)  # one plan of this kind at a time


def test_nothing_goes_by_itself_until_an_administrator_says_so(
    client: Client, ada: User, uneven: list[VM]
) -> None:
    assert balance_by_itself() is None
    client.force_login(ada)
    place = reverse("maintenance:automatic")
    assert client.post(place, {"on": "on", "threshold": "2"}).status_code == 400
    assert not Balancing.get().is_automatic
    client.post(place, {"on": "on", "threshold": "30"})
    assert AuditEntry.objects.filter(action="balance.switch").exists()
    job = balance_by_itself()
    assert job is not None
    assert job.actor is None
    assert Plan.objects.get().steps.count() == 1
    assert balance_by_itself() is None  # while the plan is under way
