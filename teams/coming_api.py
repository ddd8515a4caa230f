"""How people come into a team and go by themselves, in the API: invitations, and leaving."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from accounts.access import ActionRefused, Capability
from accounts.api_auth import declares, require_self
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import teams_where
from accounts.models import Membership, Team
from accounts.requests import SignedInRequest

from . import tasks
from .api import TeamOut
from .service_api import managed
from .services import invitations, members

router = Router(tags=["teams"])
HOME = "/teams/{int:team_id}/invitations"


class InvitationIn(Schema):
    """Whom to invite, as what."""

    email: Annotated[str, Field(max_length=254)] = ""
    role: str = "member"
    send: bool = Field(default=False, description="mail the link to the address")


class KeyIn(Schema):
    """The key of an invitation, the last part of its link."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class InvitationMade(Schema):
    """An invitation; `key` is shown once, and opens /teams/join/<key>/."""

    id: int
    key: str
    role: str
    expires_at: datetime


class InvitationOut(Schema):
    """An open invitation without its key."""

    id: int
    email: str
    role: str
    invited_by: str = ""
    created_at: datetime
    expires_at: datetime

    @staticmethod
    def resolve_invited_by(row: Any) -> str:
        """Return whose invitation it is."""
        return row.invited_by.username if row.invited_by else ""


@router.get(HOME, response=Page[InvitationOut], summary="List open invitations")
@declares(Capability.TEAM_MANAGE)
def list_invitations(
    request: SignedInRequest, team_id: int, paging: Query[Paging]
) -> dict[str, Any]:
    """Return the invitations that still let somebody in, newest first."""
    rows = managed(request.user, team_id).invitations.select_related("invited_by")
    still = rows.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return page_of(still, paging)


@router.post(HOME, response={201: InvitationMade}, summary="Invite somebody")
@declares(Capability.TEAM_MANAGE)
def invite(request: SignedInRequest, team_id: int, data: InvitationIn) -> Status[dict[str, Any]]:
    """Make an invitation; the link is mailed where that is wished."""
    team = managed(request.user, team_id)
    row, key = invitations.invite(team, data.email, data.role, request.user)
    if data.send and data.email:
        link = request.build_absolute_uri(reverse("teams:join", args=[key]))
        tasks.mail_invitation.delay_on_commit(row.pk, link)
    body = {"id": row.pk, "key": key, "role": row.role, "expires_at": row.expires_at}
    return Status(201, body)


@router.delete(HOME + "/{int:invitation_id}", response={204: None}, summary="Revoke an invitation")
@declares(Capability.TEAM_MANAGE)
def revoke(request: SignedInRequest, team_id: int, invitation_id: int) -> Status[None]:
    """Close an invitation; one that was taken or is closed stays as it is."""
    team = managed(request.user, team_id)
    invitations.revoke(get_object_or_404(team.invitations, pk=invitation_id), request.user)
    return Status(204, None)


@router.post("/teams/join", response=TeamOut, summary="Take an invitation")
@declares(Capability.SIGNED_IN)
def take_invitation(request: SignedInRequest, data: KeyIn) -> Team:
    """Come into the team that the key opens, with the account one has; it opens once."""
    require_self(request.user)
    return invitations.accept(data.key, request.user)


@router.delete("/teams/{int:team_id}/membership", response={204: None}, summary="Leave a team")
@declares(Capability.TEAM_VIEW)
def leave(request: SignedInRequest, team_id: int) -> Status[None]:
    """Leave; one's machines stay with the team. Who manages it alone stays."""
    team = get_object_or_404(teams_where(request.user, Capability.TEAM_VIEW), pk=team_id)
    here = Membership.objects.filter(team=team, user=request.user, user__service_team=None)
    if not here.exists():
        raise ActionRefused(_("You are not in this team."), code="not-member")
    members.remove_member(team, request.user, request.user)
    return Status(204, None)
