"""On two real hosts: the processor that both have is found, used, and given to new machines."""

from typing import Any

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host
from jobs.context import JobContext
from jobs.models import JobState
from migration.processors import operations
from migration.processors.creating import find_processor
from migration.processors.models import ProcessorGroup, ProcessorMember, Verdict
from migration.processors.services import (
    Wish,
    create_group,
    edit_group,
    request_find,
    request_use,
)
from tests.lab import Lab
from virt.errors import HostUnreachable
from virt.moving.cpus import CpuKind, common_of, fits, host_model
from virt.pool import pooled
from virt.xml.document import parse, render

from .conftest import Maker

pytestmark = [pytest.mark.lab, pytest.mark.django_db(transaction=True)]
EMULATED = CpuKind("x86_64", "qemu")


@pytest.fixture
def emulated(pair: tuple[Host, Host]) -> tuple[Host, Host]:
    """Both hosts, known to emulate."""
    Host.objects.update(arch="x86_64", kvm_works=False)
    for host in pair:
        host.refresh_from_db()
    return pair


def group_of(pair: tuple[Host, Host], by: User) -> ProcessorGroup:
    return create_group(Wish("racks", frozenset(host.pk for host in pair)), by)


def test_the_common_processor_is_found_and_new_machines_get_it(
    lab: Lab, emulated: tuple[Host, Host], machine: Maker, ada: User
) -> None:
    vm = machine("fitting", running=True)
    group = group_of(emulated, ada)
    job = request_find(group, ada)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error_message
    group.refresh_from_db()
    assert parse(group.processor).tag == "cpu"
    assert group.model == parse(group.processor).findtext("model")
    assert [member.without for member in group.members.all()] == [[], []]
    assert group.verdicts[str(vm.pk)] == Verdict.FITS
    assert find_processor(emulated[0], "qemu") == group.processor
    assert find_processor(emulated[0], "kvm") == ""
    edit_group(group, Wish("racks", frozenset(h.pk for h in emulated), is_for_new=False), ada)
    assert find_processor(emulated[0], "qemu") == ""


def test_a_machine_gets_it_from_its_next_start_and_starts_with_it(
    lab: Lab, emulated: tuple[Host, Host], machine: Maker, ada: User
) -> None:
    vm = machine("changed")
    hv1 = lab["hv1"]
    group = group_of(emulated, ada)
    with pytest.raises(ActionRefused) as refused:
        request_use(group, vm, ada)
    assert refused.value.code == "not-found-yet"
    request_find(group, ada)
    group.refresh_from_db()
    job = request_use(group, vm, ada)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error_message
    text = hv1.virsh("dumpxml", "--inactive", "changed")
    assert parse(text).findtext("cpu/model") == group.model
    group.refresh_from_db()
    assert group.verdicts[str(vm.pk)] == Verdict.FITS
    hv1.virsh("start", "changed")
    assert hv1.virsh("domstate", "changed").strip() == "running"
    vm.refresh_from_db()
    assert vm.cpu_mode == group.model


def test_a_host_with_less_makes_the_others_do_without(lab: Lab, pair: tuple[Host, Host]) -> None:
    with pooled(lab["hv1"].address(), "ops") as one:
        own = host_model(one, EMULATED)
        lesser = parse(own)
        lost = [item for item in lesser.findall("feature") if item.get("policy") == "require"][:3]
        for item in lost:
            lesser.remove(item)
        common = common_of(one, EMULATED, [own, render(lesser)])
        assert {item.get("name") for item in lost} <= set(common.without[0])
        assert common.without[1] == ()
        assert fits(one, EMULATED, common.xml)


def test_hosts_that_differ_too_much_are_refused_with_the_reason(
    emulated: tuple[Host, Host], ada: User
) -> None:
    group = group_of(emulated, ada)
    Host.objects.filter(pk=emulated[1].pk).update(kvm_works=True)
    job = request_find(group, ada)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "too-different")
    Host.objects.filter(pk=emulated[1].pk).update(kvm_works=False, state="unreachable")
    with pytest.raises(ActionRefused) as refused:
        request_find(group, ada)
    assert (refused.value.status, refused.value.code) == (503, "host-unreachable")


def test_what_changes_meanwhile_makes_nothing_untrue(
    emulated: tuple[Host, Host], machine: Maker, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    vm = machine("meanwhile")
    group = group_of(emulated, ada)

    def edited(*asked: Any) -> Any:
        ProcessorMember.objects.filter(host=emulated[1]).delete()
        return common_of(*asked)

    def lost(*_asked: Any) -> Any:
        raise HostUnreachable

    for instead, code in ((lost, HostUnreachable.slug), (edited, "changed")):
        monkeypatch.setattr(operations, "common_of", instead)
        job = request_find(group, ada)
        job.refresh_from_db()
        assert (job.state, job.error_code) == (JobState.FAILED, code)
        group.refresh_from_db()
        assert (group.processor, group.found_at) == ("", None)
    ProcessorGroup.objects.update(processor="<cpu/>")
    monkeypatch.setattr(operations, "target", lost)
    group.refresh_from_db()
    stale = request_use(group, vm, ada)
    ProcessorGroup.objects.update(processor="")
    with pytest.raises(ActionRefused) as refused:
        operations.use(JobContext(stale))
    assert refused.value.code == "not-found-yet"


def test_pages_and_api_do_the_same(
    lab: Lab, emulated: tuple[Host, Host], machine: Maker, ada: User, client: Client
) -> None:
    vm = machine("paged")
    client.force_login(ada)
    ids = [host.pk for host in emulated]
    answer = client.post("/hosts/processors/new/", {"name": "racks", "hosts": ids[:1]})
    assert b"Choose at least two hosts." in answer.content
    answer = client.post(
        "/hosts/processors/new/", {"name": "racks", "hosts": ids, "is_for_new": "on"}
    )
    group = ProcessorGroup.objects.get()
    assert answer["Location"] == f"/hosts/processors/{group.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert group.model in page
    assert "paged" in page
    other = client.post("/hosts/processors/new/", {"name": "more", "hosts": ids})
    assert b"is in the group racks already" in other.content
    client.post(f"/hosts/processors/{group.pk}/use/", {"vm": [vm.pk]})
    assert parse(lab["hv1"].virsh("dumpxml", "paged")).findtext("cpu/model") == group.model
    found = client.get(f"/api/v1/processor-groups/{group.pk}").json()
    assert (found["model"], found["machines"][0]["verdict"]) == (group.model, "fits")
    assert [host["host"] for host in found["hosts"]] == ids
    changed = client.patch(
        f"/api/v1/processor-groups/{group.pk}", {"name": "aisle"}, content_type="application/json"
    )
    assert (changed.json()["name"], changed.json()["model"]) == ("aisle", group.model)
    client.post(f"/hosts/processors/{group.pk}/delete/")
    assert not ProcessorGroup.objects.exists()
