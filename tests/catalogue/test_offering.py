"""Who is offered what, and how administrators narrow it."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.access import ActionRefused
from accounts.models import Membership, Team, User
from catalogue.models import NetworkOffer, Size
from catalogue.services import find_size_for, images_for, is_source_for, networks_for, sizes_for
from catalogue.services.editing import (
    SizeWish,
    add_size,
    delete_size,
    edit_size,
    move_size,
    offer_image,
    offer_network,
)
from hosts.models import Host, Network
from jobs.models import AuditEntry
from tests.factories import make_host

pytestmark = pytest.mark.django_db
GIB = 1024**3
WISH = SizeWish("Huge", 16, 64 * GIB, 200 * GIB, Decimal("0.5"), needs_approval=True)


@pytest.fixture
def red(db: None, oli: User) -> Team:
    """Oli's team."""
    team = Team.objects.create(name="Red", slug="red")
    Membership.objects.create(user=oli, team=team)
    return team


@pytest.fixture
def blue(db: None, sam: User) -> Team:
    """Another team."""
    team = Team.objects.create(name="Blue", slug="blue")
    Membership.objects.create(user=sam, team=team, role="owner")
    return team


def network(host: Host, name: str, **fields: object) -> Network:
    """Make an active network."""
    return Network.objects.create(
        host=host, uuid=uuid4(), name=name, mode="nat", active=True, **fields
    )


def slugs(user: User, team: Team | None = None) -> list[str]:
    """Return what sizes are offered."""
    return [size.slug for size in sizes_for(user, team)]


def test_new_site_offers_everything_to_everyone(oli: User, red: Team) -> None:
    assert slugs(oli) == slugs(oli, red) == ["tiny", "small", "medium", "large", "custom"]


def test_narrowed_size_is_only_for_its_teams(ada: User, oli: User, red: Team, blue: Team) -> None:
    size = add_size(
        SizeWish("Big", 8, GIB, GIB, for_everyone=False, teams=frozenset({red.pk})), ada
    )
    assert "big" in slugs(oli, red)
    assert "big" not in slugs(oli) + slugs(oli, blue)
    assert find_size_for(oli, blue, "big") is None
    assert find_size_for(ada, blue, "big") == size


def test_change_of_a_size_is_audited_with_before_and_after(ada: User) -> None:
    size = add_size(WISH, ada)
    edit_size(size, SizeWish("Huge", 8, 64 * GIB, 200 * GIB), ada)
    entry = AuditEntry.objects.get(action="catalogue.size_edit")
    assert entry.detail["before"]["vcpus"] == 16
    assert entry.detail["after"]["vcpus"] == 8
    delete_size(size, ada)
    assert AuditEntry.objects.filter(action="catalogue.size_delete").exists()


def test_order_is_kept(ada: User) -> None:
    move_size(Size.objects.get(slug="large"), ada, -1)
    assert slugs(ada)[2:4] == ["large", "medium"]


def test_bad_or_taken_size_names_its_field(ada: User) -> None:
    add_size(WISH, ada)
    for wish, field in ((WISH, "name"), (SizeWish("X", 0, 1, 1), "vcpus"), (SizeWish("…"), "name")):
        with pytest.raises(ActionRefused) as caught:
            add_size(wish, ada)
        assert field in caught.value.extra["fields"]


def test_custom_stays(ada: User) -> None:
    with pytest.raises(ActionRefused):
        delete_size(Size.objects.get(slug="custom"), ada)


def test_only_administrators_change_it(oli: User) -> None:
    with pytest.raises(PermissionDenied):
        add_size(WISH, oli)


def test_narrowed_image_is_only_for_its_teams(ada: User, oli: User, red: Team, blue: Team) -> None:
    offer_image("iso", "Install from ISO", False, [red.pk], ada)
    assert is_source_for(oli, red, "iso:default/x.iso")
    assert not is_source_for(oli, blue, "iso:default/x.iso")
    assert not is_source_for(oli, None, "iso:default/x.iso")
    assert "iso" in {source.key for source in images_for(oli, red)}
    assert "iso" not in {source.key for source in images_for(oli)}


def test_networks_of_another_team_are_not_there(
    ada: User, oli: User, sam: User, red: Team, blue: Team
) -> None:
    host = make_host("alder")
    shared, narrowed = network(host, "default"), network(host, "lab")
    network(host, "red-net", team=red)
    network(host, "blue-net", team=blue)
    network(host, "sams", owner=sam)
    offer_network(narrowed, False, [blue.pk], ada)

    def names(user: User, team: Team | None) -> set[str]:
        return {each.name for each in networks_for(user, team, host)}

    assert names(oli, red) == {"default", "red-net"}
    assert names(oli, None) == {"default"}
    assert names(sam, blue) == {"default", "lab", "blue-net"}
    assert names(sam, None) == {"default", "sams"}
    assert len(names(ada, None)) == 5
    assert NetworkOffer.objects.get().network == narrowed
    with pytest.raises(ActionRefused):
        offer_network(Network.objects.get(name="red-net"), True, [], ada)
    assert shared.name == "default"


def test_pages_add_edit_move_and_delete(client: Client, ada: User, red: Team) -> None:
    client.force_login(ada)
    fields = {"name": "Huge", "vcpus": 16, "memory_gib": "64", "disk_gib": "200"}
    fields |= {"price_per_hour": "0.5", "needs_approval": "on", "teams": [red.pk]}
    answer = client.post("/settings/catalogue/sizes/new/", fields)
    assert answer["Location"] == "/settings/catalogue/"
    size = Size.objects.get(slug="huge")
    assert (size.memory, size.needs_approval, list(size.teams.all())) == (64 * GIB, True, [red])
    page = client.get("/settings/catalogue/").content.decode()
    assert "Huge" in page
    assert "Needs approval" in page
    assert "Red" in page
    client.post(f"/settings/catalogue/sizes/{size.pk}/", fields | {"vcpus": 12})
    client.post(f"/settings/catalogue/sizes/{size.pk}/move/", {"way": "up"})
    size.refresh_from_db()
    assert (size.vcpus, size.position) == (12, 4)
    client.post(f"/settings/catalogue/sizes/{size.pk}/delete/")
    assert not Size.objects.filter(slug="huge").exists()


def test_pages_narrow_images_and_networks(client: Client, ada: User, oli: User, red: Team) -> None:
    client.force_login(ada)
    net = network(make_host("alder"), "lab")
    client.post("/settings/catalogue/images/?key=network", {"teams": [red.pk]})
    client.post(f"/settings/catalogue/networks/{net.pk}/", {"teams": [red.pk]})
    assert not is_source_for(oli, None, "network")
    assert not networks_for(oli, None).exists()
    assert networks_for(oli, red).get() == net
    assert client.get("/settings/catalogue/images/?key=image:none").status_code == 404


def test_api_lists_and_changes_sizes(client: Client, ada: User, red: Team) -> None:
    client.force_login(ada)
    body = {"name": "Huge", "vcpus": 16, "memory": GIB, "disk": GIB, "teams": ["red"]}
    made = client.post(
        "/api/v1/sizes", body | {"for_everyone": False}, content_type="application/json"
    )
    assert made.status_code == 201, made.content
    assert made.json()["teams"] == ["red"]
    patch = {"price_per_hour": "0.25"}
    changed = client.patch("/api/v1/sizes/huge", patch, content_type="application/json")
    assert changed.json()["vcpus"] == 16
    assert Size.objects.get(slug="huge").price_per_hour == Decimal("0.25")
    assert client.delete("/api/v1/sizes/huge").status_code == 204
    assert len(client.get("/api/v1/sizes").json()["items"]) == 5
    bad = client.post("/api/v1/sizes", body | {"teams": ["x"]}, content_type="application/json")
    assert bad.status_code == 400


def test_api_tells_what_is_offered(client: Client, oli: User, red: Team, blue: Team) -> None:
    host = make_host("alder")
    network(host, "red-net", team=red)
    network(host, "blue-net", team=blue)
    client.force_login(oli)
    assert client.get("/api/v1/catalogue?team=red").json()["networks"] == ["red-net"]
    assert client.get("/api/v1/catalogue").json()["networks"] == []
    assert client.get("/api/v1/catalogue?team=blue").status_code == 404
    assert client.get("/api/v1/catalogue?team=none").status_code == 404
    assert client.get("/api/v1/sizes").status_code == 403
