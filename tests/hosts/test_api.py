"""A lost host tried again, and our key, by the API."""

import pytest

from accounts.models import User
from tests.factories import make_host
from tests.teams.test_api import send

pytestmark = pytest.mark.django_db


def test_a_lost_host_is_tried_at_once(ada: User, oli: User) -> None:
    host = make_host("juniper", state="offline")
    assert send(oli, "POST", f"/hosts/{host.pk}/retry").status_code == 403
    assert send(ada, "POST", f"/hosts/{host.pk}/retry").status_code == 204
    host.refresh_from_db()
    assert host.rescan_requested
    assert send(ada, "POST", "/hosts/999999/retry").status_code == 404


def test_our_key_can_be_put_on_a_host_by_a_program(ada: User, oli: User) -> None:
    key = send(ada, "GET", "/hosts/public-key").json()["public_key"]
    assert key.startswith("ssh-ed25519 ")
    assert send(oli, "GET", "/hosts/public-key").status_code == 403
