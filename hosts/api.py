"""Hosts in the API. Administrators only."""

from dataclasses import replace
from typing import Annotated, Any

from annotated_types import Ge, Le
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import get_team
from accounts.requests import SignedInRequest
from jobs.api import Accepted, accepted, key_of
from live.schemas import MetricsOut

from . import ssh, usage
from .models import Host, StoragePool
from .readiness import readiness_of
from .schemas import (
    DeviceOut,
    FixIn,
    HostDetail,
    HostIn,
    HostOut,
    HostPatch,
    NetworkOut,
    PoolOut,
    PoolPatch,
    PublicKeyOut,
    ReadinessOut,
    VolumeOut,
)
from .services import managing, pools
from .services.fixing import request_fix
from .services.keeping_for import keep_for
from .wishes import HostWish, wish_of

router = Router(tags=["hosts"])
CAN_BE_NULL = {"port", "migration_port"}  # null is the usual one; elsewhere it is left out


@router.get("/hosts", response=Page[HostOut], summary="List hosts")
@declares(Capability.HOST_VIEW)
def list_hosts(request: HttpRequest, paging: Query[Paging], search: str = "") -> dict[str, Any]:
    """Return the hosts whose name holds `search`, by name."""
    return page_of(Host.objects.filter(name__icontains=search).order_by("name"), paging)


@router.post("/hosts", response={201: HostDetail}, summary="Add a host")
@declares(Capability.HOST_MANAGE)
def add_host(request: HttpRequest, response: HttpResponse, data: HostIn) -> Status[Host]:
    """Add a host; the watcher connects within seconds. An SSH host needs its `host_key`."""
    host = managing.add_host(HostWish(**data.dict()), request.user)
    response["Location"] = f"/api/v1/hosts/{host.pk}"
    return Status(201, host)


@router.post("/hosts/test", response={202: Accepted}, summary="Try an address")
@declares(Capability.HOST_MANAGE)
def test_host(request: HttpRequest, response: HttpResponse, data: HostIn) -> Any:
    """Try to reach a host before it is added; the job's result has each step."""
    job = managing.request_test(
        HostWish(**data.dict()), request.user, idempotency_key=key_of(request)
    )
    return accepted(response, job)


@router.get("/hosts/{int:host_id}", response=HostDetail, summary="Read a host")
@declares(Capability.HOST_VIEW)
def read_host(request: HttpRequest, host_id: int) -> Host:
    """Return one host with its inventory."""
    return get_object_or_404(Host, pk=host_id)


@router.patch("/hosts/{int:host_id}", response=HostDetail, summary="Change a host")
@declares(Capability.HOST_MANAGE)
def edit_host(request: SignedInRequest, host_id: int, data: HostPatch) -> Host:
    """Change name, address, or the teams that it is kept for; what is left out stays."""
    host = get_object_or_404(Host, pk=host_id)
    given = data.dict(exclude_unset=True)
    changes = {name: one for name, one in given.items() if one is not None or name in CAN_BE_NULL}
    slugs = changes.pop("kept_for", None)
    if slugs is not None:
        teams = [get_team(request.user, slug, Capability.TEAM_VIEW) for slug in slugs]
        keep_for(host, teams, request.user)
    return managing.edit_host(host, replace(wish_of(host), **changes), request.user)


@router.delete("/hosts/{int:host_id}", response={204: None}, summary="Forget a host")
@declares(Capability.HOST_MANAGE)
def remove_host(request: HttpRequest, host_id: int) -> Status[None]:
    """Forget a host and the rows of its machines; its guests keep running, untouched."""
    managing.remove_host(get_object_or_404(Host, pk=host_id), request.user)
    return Status(204, None)


@router.post("/hosts/{int:host_id}/rescan", response={202: Accepted}, summary="Read a host again")
@declares(Capability.HOST_MANAGE)
def rescan_host(request: HttpRequest, response: HttpResponse, host_id: int) -> Any:
    """Read everything on the host again."""
    host = get_object_or_404(Host, pk=host_id)
    job = managing.request_rescan(host, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.post("/hosts/{int:host_id}/check", response={202: Accepted}, summary="Check readiness")
@declares(Capability.HOST_MANAGE)
def check_host(request: HttpRequest, response: HttpResponse, host_id: int) -> Any:
    """Look at clock, IOMMU and ports; boot a guest of a few MB to see whether KVM works."""
    host = get_object_or_404(Host, pk=host_id)
    job = managing.request_probe(host, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.post("/hosts/{int:host_id}/retry", response={204: None}, summary="Try a host again")
@declares(Capability.HOST_MANAGE)
def retry_host(request: HttpRequest, host_id: int) -> Status[None]:
    """Have a host that was lost tried at once, instead of when its turn comes."""
    managing.retry_now(get_object_or_404(Host, pk=host_id), request.user)
    return Status(204, None)


@router.get("/hosts/public-key", response=PublicKeyOut, summary="Read our public key")
@declares(Capability.HOST_MANAGE)
def read_public_key(request: HttpRequest) -> dict[str, str]:
    """Return the SSH key with which we come to hosts, as a line of authorized_keys."""
    return {"public_key": ssh.public_key()}


@router.get(
    "/hosts/{int:host_id}/readiness", response=ReadinessOut, summary="Read a host's readiness"
)
@declares(Capability.HOST_VIEW)
def read_readiness(request: HttpRequest, host_id: int) -> dict[str, Any]:
    """Return every check with what was found, and what can be done about it."""
    host = get_object_or_404(Host, pk=host_id)
    checks = readiness_of(host)
    is_ready = all(one.state != "fail" for one in checks)
    return {"is_ready": is_ready, "checked_at": host.checked_at, "checks": checks}


@router.post("/hosts/{int:host_id}/fix", response={202: Accepted}, summary="Make a host ready")
@declares(Capability.HOST_MANAGE)
def fix_host(request: HttpRequest, response: HttpResponse, host_id: int, data: FixIn) -> Any:
    """Do what a check offers: start a pool or a network, make the pool default."""
    host = get_object_or_404(Host, pk=host_id)
    job = request_fix(host, data.action, data.name, request.user, idempotency_key=key_of(request))
    return accepted(response, job)


@router.get("/hosts/{int:host_id}/metrics", response=MetricsOut, summary="Read a host's use")
@declares(Capability.HOST_VIEW)
def read_metrics(
    request: HttpRequest, host_id: int, n: Annotated[int, Ge(1), Le(360)] = 90
) -> dict[str, Any]:
    """Return the last `n` measurements, ten seconds apart."""
    return {"samples": usage.ring(get_object_or_404(Host, pk=host_id).pk, n)}


@router.get("/hosts/{int:host_id}/pools", response=Page[PoolOut], summary="List a host's pools")
@declares(Capability.HOST_VIEW)
def list_pools(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the storage pools of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).pools.all(), paging)


@router.get(
    "/pools/{int:pool_id}/volumes", response=Page[VolumeOut], summary="List a pool's volumes"
)
@declares(Capability.HOST_VIEW)
def list_volumes(request: HttpRequest, pool_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the volumes of a pool."""
    return page_of(get_object_or_404(StoragePool, pk=pool_id).volumes.all(), paging)


@router.patch("/pools/{int:pool_id}", response=PoolOut, summary="Say whether a pool is shared")
@declares(Capability.HOST_MANAGE)
def change_pool(request: HttpRequest, pool_id: int, data: PoolPatch) -> StoragePool:
    """Say whether other hosts see the same files at the same path; nothing on the host changes."""
    pool = get_object_or_404(StoragePool.objects.select_related("host"), pk=pool_id)
    return pools.declare_shared(pool, data.is_shared, request.user)


@router.get(
    "/hosts/{int:host_id}/networks", response=Page[NetworkOut], summary="List a host's networks"
)
@declares(Capability.HOST_VIEW)
def list_networks(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the networks of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).networks.all(), paging)


@router.get(
    "/hosts/{int:host_id}/devices", response=Page[DeviceOut], summary="List a host's devices"
)
@declares(Capability.HOST_VIEW)
def list_devices(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the devices of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).devices.all(), paging)
