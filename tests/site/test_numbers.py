"""Numbers that no row can have are refused or find nothing; they are no fault of the site's."""

import json

import pytest
from django.test import Client

from accounts.models import User
from tests.site.test_api import bearer

HUGE = 829491717388765939070140416


def test_work_on_a_machine_with_an_impossible_number_is_refused(client: Client, oli: User) -> None:
    for number in (HUGE, 2**63, -1):
        body = json.dumps({"ids": [number], "action": "start"})
        answer = client.post(
            "/api/v1/vms/bulk", body, content_type="application/json", headers=bearer(oli)
        )
        assert answer.status_code == 400
        assert "ids.0" in answer.json()["fields"]


@pytest.mark.parametrize("number", [str(HUGE), str(2**63), "²", "x", "-1", "٣"])
def test_pages_find_nothing_under_an_impossible_number(
    client: Client, ada: User, number: str
) -> None:
    client.force_login(ada)
    posted = {"ids": [number], "action": "start"}
    assert client.post("/machines/bulk/", posted).status_code < 500
    for url in (
        f"/machines/new/made/?jobs={number}",
        f"/hosts/add/?test={number}",
        f"/jobs/?target=vm:{number}",
        f"/jobs/record/?target=vm:{number}",
        f"/machines/new/?host={number}",
        f"/machines/?page={number}",
        f"/requests/?page={number}",
        f"/wall/look/?have={number}:1",
    ):
        assert client.get(url).status_code < 500, url
    for path in ("vms", "jobs", "teams", "networks", "webhooks"):
        assert client.get(f"/api/v1/{path}?page={number}&size={number}").status_code < 500
        assert client.get(f"/api/v1/{path}/{number}").status_code in {404, 405}
