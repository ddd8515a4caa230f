"""Teams' own networks in the API."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Router, Schema

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.in_teams import get_team
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of

from .models import Network
from .services.networks import get_network, networks_of, request_network, request_network_delete

router = Router(tags=["networks"])


class OwnNetworkOut(Schema):
    """A network of a team's own."""

    id: int
    name: str
    team: str
    mode: str
    cidrs: list[str]
    active: bool

    @staticmethod
    def resolve_team(network: Network) -> str:
        """Return the team's slug."""
        return network.team.slug if network.team else ""


class OwnNetworksOut(Schema):
    """The own networks of the caller's teams."""

    items: list[OwnNetworkOut]


class OwnNetworkIn(Schema):
    """A new network; the host and the addresses are chosen."""

    name: Annotated[str, Field(max_length=255)]
    team: Annotated[str, Field(description="the slug of the team", max_length=80)]
    mode: Literal["nat", "isolated"] = "nat"


@router.get("/networks", response=OwnNetworksOut, summary="List teams' own networks")
@declares(Capability.TEAM_VIEW)
def list_own_networks(request: SignedInRequest) -> dict[str, Any]:
    """Return the own networks of the caller's teams."""
    return {"items": networks_of(request.user)}


@router.post("/networks", response={202: Accepted}, summary="Make a network")
@declares(Capability.NETWORK_CREATE)
def make_network(request: SignedInRequest, response: HttpResponse, data: OwnNetworkIn) -> Any:
    """Make a network that only machines of the team use."""
    team = get_team(request.user, data.team, Capability.NETWORK_CREATE)
    job = request_network(team, data.name, data.mode, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.delete("/networks/{int:network_id}", response={202: Accepted}, summary="Delete a network")
@declares(Capability.NETWORK_CREATE)
def delete_network(request: SignedInRequest, response: HttpResponse, network_id: int) -> Any:
    """Delete a network that no machine uses."""
    network = get_network(request.user, network_id, Capability.NETWORK_CREATE)
    job = request_network_delete(network, request.user, idempotency_key=key_of(request))
    return accepted(response, job)
