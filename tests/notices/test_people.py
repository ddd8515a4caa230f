"""What people are told: the bell, mail and targets; failed jobs of one's own machines."""

import time
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from jobs import audit
from jobs.models import Job, JobAudience, JobState
from jobs.notices import notify
from notices import people, posting
from notices.models import Notice, Posting, Target
from tests.factories import make_vm

from .conftest import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def failed_job(vm: Any, actor: User | None) -> Job:
    """Make a job that failed, with its line in the record."""
    job = Job.objects.create(
        kind="vm.start", target_kind="vm", target_id=vm.pk, target_name=vm.name, actor=actor,
        state=JobState.FAILED, error_code="out-of-space",
        error_message="The pool has no space left.", error_detail="/srv/pool: ENOSPC",
    )  # fmt: skip
    for name in vm.audiences:
        JobAudience.objects.create(job=job, name=name)
    audit.record(
        actor, job.kind, target_kind="vm", target_id=vm.pk, target_name=vm.name,
        outcome=job.state, detail={"job": job.pk},
    )  # fmt: skip
    return job


def test_a_notice_comes_when_the_change_is_certain(oli: User, sam: User) -> None:
    with transaction.atomic():
        notify(
            users=[oli, oli], subject="Approved", text="Your machine.", url="/x/", kind="request"
        )
        assert not Notice.objects.exists()
    assert [(one.user, one.kind, one.subject) for one in Notice.objects.all()] == [
        (oli, "request", "Approved")
    ]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify(users=[sam], subject="Never", text="", kind="request")
        1 / 0  # noqa: B018
    assert not Notice.objects.filter(user=sam).exists()


def test_the_owner_and_who_asked_hear_of_a_failed_job(oli: User, ada: User, sam: User) -> None:
    vm = make_vm("web01", owner=oli)
    failed_job(vm, ada)
    told = Notice.objects.filter(kind="job-failed")
    assert {one.user for one in told} == {oli, ada}
    assert "web01" in told[0].subject
    assert "no space left" in told[0].text
    assert "/srv/pool" not in told[0].text


def test_who_lost_the_machine_hears_nothing(oli: User, sam: User) -> None:
    failed_job(make_vm("web01", owner=oli), sam)
    assert not Notice.objects.filter(user=sam).exists()


def test_the_bell_counts_and_forgets(oli: User, sam: User) -> None:
    for number in range(3):
        notify(users=[oli], subject=f"No {number}", text="", kind="odd")
    client = as_(oli)
    assert ">3<" in client.get(reverse("notices:bell")).content.decode()
    assert "No 2" in client.get(reverse("notices:drawer")).content.decode()
    assert "No 2" not in as_(sam).get(reverse("notices:mine")).content.decode()
    as_(sam).post(reverse("notices:read"))
    assert people.unread_count(oli) == 3
    client.post(reverse("notices:read"))
    assert people.unread_count(oli) == 0


def test_mail_goes_where_it_is_wanted(oli: User, vera: User, settings: Any) -> None:
    settings.MAIL_IS_ON = True
    settings.SITE_URL = "https://guesthouse.example"
    for person in (oli, vera):
        person.email = f"{person.username}@example.org"
        person.save()
    people.choose_mail(oli, ["request"])
    notify(users=[oli, vera], subject="Approved", text="Your machine.", url="/x/", kind="request")
    notify(users=[oli], subject="Ends", text="Soon.", kind="lease")
    posting.post_due(time.monotonic() + 5)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["oli@example.org"], "Approved")]
    assert "https://guesthouse.example/x/" in mail.outbox[0].body


def test_without_a_mail_server_nothing_waits(oli: User, settings: Any) -> None:
    settings.MAIL_IS_ON = False
    oli.email = "oli@example.org"
    oli.save()
    people.choose_mail(oli, ["request"])
    notify(users=[oli], subject="Approved", text="", kind="request")
    assert not Posting.objects.exists()
    page = as_(oli).get(reverse("notices:targets")).content.decode()
    assert "No mail is sent." in page


def test_a_target_is_told_through_its_service(oli: User, receiver: Receiver, allowed: None) -> None:
    url = f"json://127.0.0.1:{receiver.port}/my-token"
    client = as_(oli)
    answer = client.post(
        reverse("notices:targets"), {"name": "Phone", "url": url, "kinds": "request"}
    )
    assert answer.status_code == 302
    page = client.get(reverse("notices:targets")).content.decode()
    assert "Phone" in page
    assert "my-token" not in page
    notify(users=[oli], subject="Approved", text="Yes", kind="request")
    notify(users=[oli], subject="Ends", text="Soon", kind="lease")
    posting.post_due(time.monotonic() + 5)
    assert [body for _path, _headers, body in receiver.got if b"Approved" in body]
    assert len(receiver.got) == 1
    target = Target.objects.get()
    client.post(reverse("notices:target-act", args=[target.pk, "test"]))
    posting.post_due(time.monotonic() + 5)
    assert len(receiver.got) == 2


@pytest.mark.parametrize("url", ["syslog://", "dbus://", "file:///etc/passwd", "nonsense", "x://y"])
def test_services_that_run_things_here_are_refused(oli: User, url: str) -> None:
    answer = as_(oli).post(reverse("notices:targets"), {"name": "x", "url": url})
    assert answer.status_code == 400
    assert not Target.objects.exists()


def test_a_target_is_its_persons_alone(oli: User, sam: User, ada: User) -> None:
    target = people.add_target(oli, name="Phone", url="json://example.org/")
    for verb in ("test", "remove"):
        url = reverse("notices:target-act", args=[target.pk, verb])
        assert as_(sam).post(url).status_code == 404
        assert as_(ada).post(url).status_code == 404
    assert (
        as_(oli).post(reverse("notices:target-act", args=[target.pk, "remove"])).status_code == 302
    )
    assert not Target.objects.exists()


def test_a_teams_target_hears_of_its_machines(
    oli: User, red: Team, receiver: Receiver, allowed: None
) -> None:
    url = f"json://127.0.0.1:{receiver.port}/"
    answer = as_(oli).post(
        reverse("notices:team-target", args=["red"]), {"name": "Room", "url": url}
    )
    assert answer.status_code == 302
    failed_job(make_vm("ours", team=red), oli)
    failed_job(make_vm("theirs"), None)
    posting.post_due(time.monotonic() + 5)
    words = b" ".join(body for _path, _headers, body in receiver.got)
    assert b"ours" in words
    assert b"theirs" not in words
