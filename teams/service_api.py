"""Service accounts of a team, and their tokens, in the API."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from accounts.access import Capability, require
from accounts.api import TokenMade, TokenOut
from accounts.api_auth import declares
from accounts.api_paging import Page, Paging, page_of
from accounts.in_teams import teams_where
from accounts.models import ApiToken, Team, User
from accounts.requests import SignedInRequest

from .services import service_accounts as services

router = Router(tags=["service accounts"])
HOME = "/teams/{int:team_id}/service-accounts"
ONE = HOME + "/{int:account_id}"
Name = Annotated[str, Field(min_length=1, max_length=services.LONGEST_NAME)]


class ServiceOut(Schema):
    """An account of a program."""

    id: int
    username: str
    name: str = Field(alias="first_name")
    role: str
    is_active: bool

    @staticmethod
    def resolve_role(account: User) -> str:
        """Return what it is in its team."""
        return services.role_of(account)


class ServiceIn(Schema):
    """A new account."""

    name: Name
    role: str = "member"


class ServicePatch(Schema):
    """What of an account is to change."""

    name: Name | None = None
    role: str | None = None
    is_active: bool | None = None


class ServiceTokenIn(Schema):
    """A new token; no capabilities: all that the account's role allows."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    scope: Literal["read", "write"] = "write"
    days: Annotated[int, Field(ge=1, le=3650)] = 90
    capabilities: Annotated[list[str], Field(max_length=40)] = []


@router.get(HOME, response=Page[ServiceOut], summary="List service accounts")
@declares(Capability.TEAM_MANAGE)
def list_accounts(request: SignedInRequest, team_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Return the accounts of programs."""
    return page_of(_accounts(request.user, team_id), paging)


@router.post(HOME, response={201: ServiceOut}, summary="Make a service account")
@declares(Capability.TEAM_MANAGE)
def create_account(request: SignedInRequest, team_id: int, data: ServiceIn) -> Status[User]:
    """Make an account for a program, with a role that is not above one's own."""
    team = managed(request.user, team_id)
    return Status(201, services.create(team, data.name, data.role, request.user))


@router.patch(ONE, response=ServiceOut, summary="Change a service account")
@declares(Capability.TEAM_MANAGE)
def change_account(
    request: SignedInRequest, team_id: int, account_id: int, data: ServicePatch
) -> User:
    """Rename it, give it another role, disable or enable it."""
    account = _account(request.user, team_id, account_id)
    services.change(account, request.user, name=data.name, role=data.role)
    if data.is_active is not None:
        services.set_active(account, data.is_active, request.user)
    return account


@router.delete(ONE, response={204: None}, summary="Delete a service account")
@declares(Capability.TEAM_MANAGE)
def delete_account(request: SignedInRequest, team_id: int, account_id: int) -> Status[None]:
    """Remove it; its tokens end at once, its machines stay with the team."""
    services.delete(_account(request.user, team_id, account_id), request.user)
    return Status(204, None)


@router.get(ONE + "/tokens", response=Page[TokenOut], summary="List its tokens")
@declares(Capability.TEAM_MANAGE)
def list_tokens(
    request: SignedInRequest, team_id: int, account_id: int, paging: Query[Paging]
) -> dict[str, Any]:
    """Return the account's tokens, newest first, without their keys."""
    return page_of(_account(request.user, team_id, account_id).api_tokens.all(), paging)


@router.post(ONE + "/tokens", response={201: TokenMade}, summary="Make a token for it")
@declares(Capability.TEAM_MANAGE)
def create_token(
    request: SignedInRequest, team_id: int, account_id: int, data: ServiceTokenIn
) -> Status[ApiToken]:
    """Make a token for the account; the key is shown once."""
    account = _account(request.user, team_id, account_id)
    made = services.make_token(account, request.user, **data.dict())
    made.row.token = made.key  # type: ignore[attr-defined]
    return Status(201, made.row)


@router.delete(ONE + "/tokens/{int:token_id}", response={204: None}, summary="Revoke its token")
@declares(Capability.TEAM_MANAGE)
def delete_token(
    request: SignedInRequest, team_id: int, account_id: int, token_id: int
) -> Status[None]:
    """End a token of the account at once."""
    account = _account(request.user, team_id, account_id)
    services.revoke_token(get_object_or_404(account.api_tokens, pk=token_id), request.user)
    return Status(204, None)


def managed(user: User, team_id: int) -> Team:
    """Return a team that `user` manages: 404 where they do not see it, 403 where they only look."""
    team = get_object_or_404(teams_where(user, Capability.TEAM_VIEW), pk=team_id)
    require(user, Capability.TEAM_MANAGE, team)
    return team


def _accounts(user: User, team_id: int) -> QuerySet[User]:
    return services.accounts_of(managed(user, team_id))


def _account(user: User, team_id: int, account_id: int) -> User:
    return get_object_or_404(_accounts(user, team_id), pk=account_id)
