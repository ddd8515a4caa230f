"""An auditor is made on the page of people, sees everything and changes nothing."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from jobs.models import AuditEntry
from tests.factories import make_host, make_vm


def test_administrator_makes_an_auditor_and_it_is_recorded(
    client: Client, ada: User, oli: User
) -> None:
    client.force_login(ada)
    client.post(reverse("accounts_user_action", args=[oli.pk, "audit"]))
    assert User.objects.get(pk=oli.pk).site_role == "auditor"
    entry = AuditEntry.objects.get(action="user.site_role")
    assert (entry.actor, entry.target_name) == (ada, "oli")
    assert "End auditing" in client.get(reverse("accounts_users")).content.decode()
    client.post(reverse("accounts_user_action", args=[oli.pk, "unaudit"]))
    assert User.objects.get(pk=oli.pk).site_role == ""


def test_auditor_is_led_to_hosts_and_the_record_and_changes_nothing(
    client: Client, oli: User
) -> None:
    User.objects.filter(pk=oli.pk).update(site_role="auditor")
    vm = make_vm("web-1", host=make_host("granite"))
    client.force_login(oli)
    page = client.get(reverse("vms:list")).content.decode()
    assert "web-1" in page
    assert f'href="{reverse("hosts:list")}"' in page
    assert "granite" in client.get(reverse("hosts:list")).content.decode()
    assert client.get(reverse("teams:list")).status_code == 200
    assert client.get(reverse("jobs:record")).status_code == 200
    assert client.post(reverse("vms:rename", args=[vm.pk]), {"name": "x"}).status_code == 403
    assert client.get(reverse("accounts_users")).status_code == 403
