"""Every page route: who is let in, and that nothing changes without our own page's token."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.access import Capability, capability_of
from accounts.models import User
from hosts.models import Host
from hypervisor_site.checks import routes
from jobs.models import AuditEntry, Job
from tests.factories import make_host, make_vm
from vms.models import VM, SavedView

# Routes of the API have their own tests; they know tokens beside sessions.
PAGES = [
    (path, view)
    for path, view in routes(get_resolver().url_patterns)
    if not path.startswith("api/")
]
ADMINS_ONLY = {
    Capability.HOST_VIEW,
    Capability.HOST_MANAGE,
    Capability.USER_MANAGE,
    Capability.AUDIT_VIEW,
}


def url_of(path: str, pk: int) -> str:
    """Return an address of the route `path` with `pk` in each place."""
    path = re.sub(r"\(\?P<verb>(\w[\w-]*)\|[^)]*\)", r"\1", path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", str(pk), path)
    path = re.sub(r"<int:\w+>", str(pk), path)
    path = re.sub(r"<(?:\w+:)?(action|verb)>", "start", path)
    path = re.sub(r"<(?:\w+:)?\w+>", "overview", path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


@pytest.fixture
def theirs(oli: User) -> VM:
    """A machine of Oli's on a host, with a job."""
    vm = make_vm("oleander-7", host=make_host("granite-host"), owner=oli)
    Job.objects.create(kind="vm.start", target_kind="vm", target_id=vm.pk, target_name=vm.name)
    return vm


def counts() -> tuple[Any, ...]:
    """Return what a side effect would change."""
    return (
        Job.objects.count(),
        VM.objects.count(),
        Host.objects.count(),
        User.objects.count(),
        SavedView.objects.count(),
        list(User.objects.values_list("is_active", "is_superuser", "password")),
    )


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_visitor_comes_no_further_than_the_door(
    client: Client, theirs: VM, path: str, view: Any
) -> None:
    if capability_of(view) == Capability.PUBLIC:
        return
    for method in (client.get, client.post):
        answer = method(url_of(path, theirs.pk))
        assert answer.status_code in {302, 401}, path
        assert answer.status_code == 401 or "/account/login/" in answer.headers["Location"]


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_nothing_changes_without_our_own_token(ada: User, theirs: VM, path: str, view: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    before = counts()
    answer = client.post(url_of(path, theirs.pk), {"name": "x"}, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code in {403, 405, 404}, path
    assert counts() == before


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_reading_changes_nothing(
    client: Client, ada: User, theirs: VM, path: str, view: Any
) -> None:
    if "logout" in path:
        return
    client.force_login(ada)
    before = counts()
    assert client.get(url_of(path, theirs.pk)).status_code < 500
    assert counts() == before


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_stranger_learns_nothing(
    client: Client, sam: User, theirs: VM, path: str, view: Any
) -> None:
    client.force_login(sam)
    needed = capability_of(view)
    for method in (client.get, client.post):
        answer = method(url_of(path, theirs.pk))
        if needed in ADMINS_ONLY:
            assert answer.status_code == 403, path
        if answer.status_code == 200 and hasattr(answer, "content"):
            assert b"oleander-7" not in answer.content, path
            assert b"granite-host" not in answer.content, path
    assert AuditEntry.objects.filter(target_name="oleander-7", outcome="asked").count() == 0
