"""A pool is shared when an administrator says so, and stays so when the host is read again."""

import uuid

import pytest
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import User
from hosts.models import Host, StoragePool
from hosts.services.pools import declare_shared
from jobs.models import AuditEntry
from tests.factories import make_host

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Host:
    return make_host("alder")


def pool(host: Host, kind: str = "dir", path: str = "/srv/vms") -> StoragePool:
    return StoragePool.objects.create(
        host=host, uuid=uuid.uuid4(), name="fast", kind=kind, path=path, active=True
    )


def test_admin_declares_and_takes_back_on_the_page(client: Client, ada: User, host: Host) -> None:
    client.force_login(ada)
    row = pool(host)
    page = client.get(f"/hosts/{host.pk}/storage/").content.decode()
    assert "Do other hosts see the same files as fast?" in page
    client.post(f"/hosts/pools/{row.pk}/shared/", {"shared": "1"})
    row.refresh_from_db()
    assert row.is_shared
    client.post(f"/hosts/pools/{row.pk}/shared/", {"shared": "0"})
    row.refresh_from_db()
    assert not row.is_shared
    said = list(AuditEntry.objects.filter(action__startswith="pool.").values_list("action"))
    assert said == [("pool.unshare",), ("pool.share",)]


def test_person_may_not(client: Client, oli: User, host: Host) -> None:
    client.force_login(oli)
    row = pool(host)
    assert client.post(f"/hosts/pools/{row.pk}/shared/", {"shared": "1"}).status_code == 403
    assert not StoragePool.objects.get().is_shared


def test_api_says_it_too(client: Client, ada: User, host: Host) -> None:
    client.force_login(ada)
    row = pool(host)
    answer = client.patch(
        f"/api/v1/pools/{row.pk}", {"is_shared": True}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["is_shared"] is True


def test_kind_without_common_files_is_refused(ada: User, host: Host) -> None:
    with pytest.raises(ActionRefused) as refused:
        declare_shared(pool(host, kind="disk"), True, ada)
    assert refused.value.code == "not-shareable"
