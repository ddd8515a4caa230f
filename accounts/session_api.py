"""Where one is signed in, in the API: a lost laptop is signed out without a browser."""

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from .access import Capability
from .api_auth import declares, require_self
from .api_paging import Page, Paging, page_of
from .people_api import EndedOut
from .requests import SignedInRequest
from .services import end_sessions

router = Router(tags=["people"])


class SessionOut(Schema):
    """A browser in which one is signed in."""

    id: int
    ip: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime


@router.get("/sessions", response=Page[SessionOut], summary="List own sessions")
@declares(Capability.SIGNED_IN)
def list_sessions(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the browsers in which the caller is signed in, the newest first."""
    require_self(request.user, to_read=True)
    return page_of(UserSession.objects.filter(user=request.user).order_by("-pk"), paging)


@router.delete("/sessions", response=EndedOut, summary="End all own sessions")
@declares(Capability.SIGNED_IN)
def end_all(request: SignedInRequest) -> dict[str, int]:
    """Sign the caller out everywhere; tokens stay."""
    require_self(request.user)
    return {"sessions_ended": end_sessions(request.user)}


@router.delete("/sessions/{int:session_id}", response={204: None}, summary="End a session")
@declares(Capability.SIGNED_IN)
def end_one(request: SignedInRequest, session_id: int) -> Status[None]:
    """End one of the caller's sessions; its sockets and consoles close within seconds."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    require_self(request.user)
    session.end()
    return Status(204, None)
