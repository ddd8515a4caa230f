"""Hosts in the API. Administrators only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from accounts.access import Capability
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from jobs.api import Accepted, accepted

from .models import Host, StoragePool
from .schemas import (
    DeviceOut,
    HostDetail,
    HostIn,
    HostOut,
    HostPatch,
    NetworkOut,
    PoolOut,
    VolumeOut,
)

router = Router(tags=["hosts"])


@router.get("/hosts", response=Page[HostOut], summary="List hosts")
@declares(Capability.HOST_VIEW)
def list_hosts(request: HttpRequest, paging: Query[Paging], search: str = "") -> dict[str, Any]:
    """Return the hosts whose name holds `search`, by name."""
    return page_of(Host.objects.filter(name__icontains=search).order_by("name"), paging)


@router.get("/hosts/{host_id}", response=HostDetail, summary="Read a host")
@declares(Capability.HOST_VIEW)
def read_host(request: HttpRequest, host_id: int) -> Host:
    """Return one host with its inventory."""
    return get_object_or_404(Host, pk=host_id)


@router.get("/hosts/{host_id}/pools", response=Page[PoolOut], summary="List a host's pools")
@declares(Capability.HOST_VIEW)
def list_pools(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the storage pools of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).pools.all(), paging)


@router.get("/pools/{pool_id}/volumes", response=Page[VolumeOut], summary="List a pool's volumes")
@declares(Capability.HOST_VIEW)
def list_volumes(request: HttpRequest, pool_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the volumes of a pool."""
    return page_of(get_object_or_404(StoragePool, pk=pool_id).volumes.all(), paging)


@router.get(
    "/hosts/{host_id}/networks", response=Page[NetworkOut], summary="List a host's networks"
)
@declares(Capability.HOST_VIEW)
def list_networks(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the networks of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).networks.all(), paging)


@router.get("/hosts/{host_id}/devices", response=Page[DeviceOut], summary="List a host's devices")
@declares(Capability.HOST_VIEW)
def list_devices(request: HttpRequest, host_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the devices of a host."""
    return page_of(get_object_or_404(Host, pk=host_id).devices.all(), paging)
