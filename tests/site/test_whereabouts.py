"""Passwords, keys and links that people type or are shown once are found nowhere afterwards."""

import logging
import os
import resource
import subprocess
import sys

import pytest
import structlog
from django.test import Client

from accounts.models import Membership, Role, Team, User
from accounts.services import create_token
from consoles.models import ConsoleLink
from hypervisor_site.settings.logs import LOGGING
from jobs.models import AuditEntry, Job
from teams.services import invitations
from tests.factories import make_vm
from tests.vault.test_secrets import dump

TYPED = "a-typed-canary-of-19-words"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def team(oli: User) -> Team:
    """Oli's team, with a machine."""
    made = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=made, role=Role.OWNER)
    make_vm("web01", team=made, owner=oli)
    return made


def test_what_is_shown_once_is_kept_nowhere(
    team: Team, oli: User, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = create_token(oli, "robot").key
        _row, invitation = invitations.invite(team, "x@example.net", Role.VIEWER, oli)
        client = Client()
        client.force_login(oli)
        vm = team.vms.get()
        form = {"mode": "view", "hours": "1", "needs_sign_in": "yes"}
        page = client.post(f"/machines/{vm.pk}/console/links/", form).content.decode()
        client.get("/api/v1/vms", headers={"Authorization": f"Bearer {token}"})
        client.get(f"/teams/join/{invitation}/")
        keys = [token, invitation, page.split("/w/")[1].split("/")[0]]
        assert ConsoleLink.objects.count() == 1
    kept = dump()
    for key in keys:
        assert key not in kept
        assert key not in caplog.text.replace(f"/teams/join/{invitation}/", "")


def test_a_typed_password_is_kept_nowhere(
    team: Team, oli: User, caplog: pytest.LogCaptureFixture
) -> None:
    oli.set_password(TYPED)
    oli.save()
    with caplog.at_level(logging.DEBUG):
        for password in (TYPED, TYPED + "x"):
            answer = Client().post("/account/login/", {"login": "oli", "password": password})
            assert TYPED not in answer.content.decode()
        client = Client()
        client.force_login(oli)
        for url in ("/account/password/change/", "/account/reauthenticate/"):
            form = {"oldpassword": TYPED, "password": TYPED, "password1": TYPED, "password2": "x"}
            assert TYPED not in client.post(url, form).content.decode()
    assert TYPED not in caplog.text
    assert TYPED not in dump()
    details = [*AuditEntry.objects.values_list("detail"), *Job.objects.values_list("params")]
    assert TYPED not in str(details)


@pytest.mark.urls("tests.site.broken_urls")
def test_a_page_that_fails_shows_and_logs_nothing_typed(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    headers = {"Authorization": f"Bearer gh_{TYPED}"}
    for answer in (
        client.post(f"/broken/?key={TYPED}", {"password": TYPED}, headers=headers),
        client.generic("POST", "/broken/", f"password={TYPED}", content_type=FORM),
    ):
        assert answer.status_code == 500
        assert TYPED not in answer.content.decode()
    formatted = logging.Formatter("%(message)s")
    assert TYPED not in "\n".join(formatted.format(record) for record in caplog.records)


def test_no_process_writes_its_memory_to_the_disk() -> None:
    code = (
        "import django, resource; "
        f"resource.setrlimit(resource.RLIMIT_CORE, ({resource.RLIM_INFINITY},) * 2); "
        "django.setup(); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        pytest.skip("cores are forbidden here by the system already")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize(
    "place",
    [
        "/w/{}/driver/",
        "/teams/join/{}/",
        "/account/password/reset/key/{}/",
        "/account/confirm-email/{}/",
    ],
)
def test_an_address_in_a_log_line_gives_no_key_away(place: str) -> None:
    how = {name: value for name, value in LOGGING["formatters"]["plain"].items() if name != "()"}
    asked = ("Not Found: %s", (place.format("1-canary_key"),), None)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, *asked)
    line = structlog.stdlib.ProcessorFormatter(**how).format(record)
    assert "canary" not in line
    assert place.format("…") in line
