"""What administrators do with one person, in the API."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status

from . import services
from .access import Capability
from .api import TokenOut, UserMade, UserOut
from .api_auth import declares
from .api_paging import Page, Paging, page_of
from .models import User
from .requests import SignedInRequest
from .signals import tell_of_person

router = Router(tags=["people"])
ONE = "/users/{int:user_id}"


class UserPatch(Schema):
    """What somebody may do on the site; what is left out stays."""

    is_active: bool | None = None
    is_admin: bool | None = None
    is_auditor: bool | None = None


class EndedOut(Schema):
    """How many browser sessions ended."""

    sessions_ended: int


@router.get(ONE, response=UserOut, summary="Read a person")
@declares(Capability.USER_MANAGE)
def read_user(request: SignedInRequest, user_id: int) -> User:
    """Return one person."""
    return get_object_or_404(User, pk=user_id)


@router.patch(ONE, response=UserOut, summary="Change what a person may do")
@declares(Capability.USER_MANAGE)
@transaction.atomic
def change_user(request: SignedInRequest, user_id: int, data: UserPatch) -> User:
    """Let in or lock out, make administrator or auditor, or no longer. All of it or nothing."""
    person = get_object_or_404(User, pk=user_id)
    if data.is_admin is not None:
        services.set_admin(person, data.is_admin, by=request.user)
    if data.is_auditor is not None:
        services.set_auditor(person, data.is_auditor, by=request.user)
    if data.is_active is not None:
        services.set_active(person, data.is_active, by=request.user)
    return person


@router.post(ONE + "/reset-password", response=UserMade, summary="Give a new first password")
@declares(Capability.USER_MANAGE)
def reset_password(request: SignedInRequest, user_id: int) -> User:
    """Give a person a new first password, shown once, and end their sessions."""
    person = get_object_or_404(User, pk=user_id)
    password = services.reset_password(person, by=request.user)
    person.first_password = password  # type: ignore[attr-defined]
    return person


@router.post(ONE + "/sign-out", response=EndedOut, summary="Sign a person out")
@declares(Capability.USER_MANAGE)
@transaction.atomic
def sign_out(request: SignedInRequest, user_id: int) -> dict[str, int]:
    """End all browser sessions of a person; their tokens stay."""
    person = get_object_or_404(User, pk=user_id)
    ended = services.end_sessions(person)
    tell_of_person(request.user, "user.sign_out", person, sessions_ended=ended)
    return {"sessions_ended": ended}


@router.get(ONE + "/tokens", response=Page[TokenOut], summary="List a person's tokens")
@declares(Capability.USER_MANAGE)
def list_user_tokens(
    request: SignedInRequest, user_id: int, paging: Query[Paging]
) -> dict[str, Any]:
    """Return somebody's tokens, newest first, without their keys."""
    return page_of(get_object_or_404(User, pk=user_id).api_tokens.all(), paging)


@router.delete(ONE + "/tokens/{int:token_id}", response={204: None}, summary="Revoke their token")
@declares(Capability.USER_MANAGE)
def delete_user_token(request: SignedInRequest, user_id: int, token_id: int) -> Status[None]:
    """End somebody's token at once; they are told."""
    person = get_object_or_404(User, pk=user_id)
    services.revoke_token(get_object_or_404(person.api_tokens, pk=token_id), by=request.user)
    return Status(204, None)
