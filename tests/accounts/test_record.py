"""What changes people leaves a line with what was before; who is here is noted, rarely."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import User
from jobs.models import AuditEntry


def line(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


def test_locking_out_and_letting_in_tell_before_and_after(ada: User, oli: User) -> None:
    services.set_active(oli, False, by=ada)
    services.set_active(oli, True, by=ada)
    assert line("user.lock").detail == {"before": {"active": True}, "after": {"active": False}}
    assert (line("user.unlock").actor, line("user.unlock").target_name) == (ada, "oli")


def test_administrators_are_made_and_unmade_on_record(ada: User, oli: User) -> None:
    services.set_admin(oli, True, by=ada)
    services.set_admin(oli, False, by=ada)
    made = {"before": {"administrator": False}, "after": {"administrator": True}}
    assert line("user.promote").detail == made
    assert line("user.demote").detail["before"] == {"administrator": True}


def test_a_new_first_password_is_on_record_without_it(ada: User, oli: User) -> None:
    password = services.reset_password(oli, by=ada)
    told = line("user.reset_password")
    assert told.detail["after"] == {"must_change_password": True}
    assert password not in str(told.detail)


@pytest.mark.parametrize("verb", ["lock", "promote", "audit", "reset-password", "sign-out"])
def test_the_page_writes_one_line_for_each_deed(
    client: Client, ada: User, oli: User, verb: str
) -> None:
    client.force_login(ada)
    before = AuditEntry.objects.count()
    client.post(reverse("accounts_user_action", args=[oli.pk, verb]))
    assert AuditEntry.objects.count() == before + 1


def test_who_is_here_is_noted_once_in_five_minutes(client: Client, oli: User) -> None:
    client.force_login(oli)
    client.get(reverse("teams:list"))
    first = User.objects.get(pk=oli.pk).last_seen_at
    assert first is not None
    client.get(reverse("teams:list"))
    assert User.objects.get(pk=oli.pk).last_seen_at == first
    long_ago = timezone.now() - timedelta(minutes=7)
    User.objects.filter(pk=oli.pk).update(last_seen_at=long_ago)
    client.get(reverse("teams:list"))
    assert User.objects.get(pk=oli.pk).last_seen_at > first


def test_the_page_of_people_tells_who_is_here(client: Client, ada: User, oli: User) -> None:
    client.force_login(ada)
    page = client.get(reverse("accounts_users")).content.decode()
    assert "Last seen" in page
    assert page.count(">now<") == 1  # the reader; Oli was never here


@pytest.mark.parametrize("reads", [True, False])
def test_who_may_read_the_record_is_led_there(client: Client, oli: User, reads: bool) -> None:
    User.objects.filter(pk=oli.pk).update(site_role="auditor" if reads else "")
    client.force_login(oli)
    page = client.get(reverse("overview")).content.decode()
    assert (f'href="{reverse("jobs:record")}"' in page) is reads
