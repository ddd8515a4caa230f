"""Consoles in the API: a ticket that opens one websocket once."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from accounts.access import Capability
from accounts.api_auth import declares
from vms.access import get_vm

from .services import request_console

router = Router(tags=["consoles"])


class ConsoleIn(Schema):
    """Which console is wanted."""

    kind: Literal["vnc", "serial"] = "vnc"
    mode: Literal["control", "view"] = "control"
    take: bool = False


class ConsoleOut(Schema):
    """How to open it: connect to `url` with the subprotocols `protocol` and `ticket`."""

    url: str
    protocol: str
    ticket: str
    expires_at: datetime


@router.post("/vms/{int:vm_id}/console", response={201: ConsoleOut}, summary="Open a console")
@declares(Capability.VM_CONSOLE)
def open_console(request: HttpRequest, vm_id: int, data: ConsoleIn) -> Status[dict[str, Any]]:
    """Return a ticket that is good once, for 30 seconds, for the caller's own browser session."""
    vm = get_vm(request.user, vm_id, Capability.VM_CONSOLE)
    ticket = request_console(
        vm,
        request.user,
        login_session=request.session.session_key or "",
        kind=data.kind,
        mode=data.mode,
        take=data.take,
        ip=request.META.get("REMOTE_ADDR"),
    )
    body = {
        "url": "/console/ws",
        "protocol": "guesthouse.console",
        "ticket": ticket.text,
        "expires_at": ticket.expires_at,
    }
    return Status(201, body)
