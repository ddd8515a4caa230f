"""People and tokens in the API."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from . import services
from .access import ActionRefused, Capability
from .api_auth import declares
from .api_paging import Page, Paging, page_of
from .models import SiteRole, User
from .requests import SignedInRequest
from .signals import tell_of_person, tell_of_token

router = Router(tags=["people"])


class UserOut(Schema):
    """A person."""

    id: int
    username: str
    display_name: str
    is_admin: bool = Field(alias="is_superuser")
    is_auditor: bool
    is_active: bool
    is_service: bool
    last_login: datetime | None
    last_seen_at: datetime | None

    @staticmethod
    def resolve_is_auditor(user: User) -> bool:
        """Return whether they see everything."""
        return user.site_role == SiteRole.AUDITOR


class UserIn(Schema):
    """A new person."""

    username: Annotated[str, Field(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$")]
    full_name: Annotated[str, Field(max_length=150)] = ""
    is_admin: bool = False


class UserMade(UserOut):
    """A person just made, with the first password, which is shown once."""

    first_password: str


class TokenIn(Schema):
    """A new token of one's own."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    scope: Literal["read", "write"] = "write"
    days: Annotated[int, Field(ge=1, le=3650)] = 90
    capabilities: Annotated[list[str], Field(max_length=40)] = []


class TokenOut(Schema):
    """A token without its key."""

    id: int
    name: str
    prefix: str
    scope: str
    capabilities: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenMade(TokenOut):
    """A token just made, with its key, which is shown once."""

    token: str


@router.get("/users", response=Page[UserOut], summary="List people")
@declares(Capability.USER_MANAGE)
def list_users(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return everybody, by user name."""
    return page_of(User.objects.order_by("username"), paging)


@router.post("/users", response={201: UserMade}, summary="Make a person")
@declares(Capability.USER_MANAGE)
def create_user(request: SignedInRequest, data: UserIn) -> Status[User]:
    """Make a person with a first password."""
    UnicodeUsernameValidator()(data.username)
    try:
        with transaction.atomic():
            user, password = services.create_user(
                data.username, data.full_name, is_admin=data.is_admin
            )
            tell_of_person(request.user, "user.create", user, is_admin=data.is_admin)
    except IntegrityError:
        raise ActionRefused(
            _("There is already a user called %(name)s.") % {"name": data.username},
            code="name-taken",
        ) from None
    user.first_password = password  # type: ignore[attr-defined]
    return Status(201, user)


@router.get("/me", response=UserOut, summary="Who am I")
@declares(Capability.SIGNED_IN)
def me(request: SignedInRequest) -> Any:
    """Return the person the caller acts for."""
    return request.user


@router.get("/tokens", response=Page[TokenOut], summary="List own tokens")
@declares(Capability.SIGNED_IN)
def list_tokens(request: SignedInRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Return the caller's tokens, newest first."""
    return page_of(request.user.api_tokens.all(), paging)


@router.post("/tokens", response={201: TokenMade}, summary="Make a token")
@declares(Capability.SIGNED_IN)
def create_token(request: SignedInRequest, data: TokenIn) -> Status[Any]:
    """Make a token of one's own; the key is shown once."""
    with transaction.atomic():
        made = services.create_token(request.user, **data.dict())
        tell_of_token(request.user, "token.create", made.row)
    made.row.token = made.key  # type: ignore[attr-defined]
    return Status(201, made.row)


@router.delete("/tokens/{int:token_id}", response={204: None}, summary="Revoke a token")
@declares(Capability.SIGNED_IN)
def delete_token(request: SignedInRequest, token_id: int) -> Status[None]:
    """End one of the caller's tokens."""
    token = get_object_or_404(request.user.api_tokens, pk=token_id)
    services.revoke_token(token, by=request.user)
    return Status(204, None)
