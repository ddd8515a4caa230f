"""How do people and programs sign in? Judged from the rows of accounts and tokens."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import ApiToken, LinkPolicy, Membership, Role, Team, User
from accounts.sign_in.policy import STRONG

from .verdicts import Verdict, judged

FIRST_DAYS = 7
ADMIN_DAYS = 90
IDLE_DAYS = 180
TOKEN_DAYS = 90


def verdicts() -> Iterator[Verdict]:
    """Judge everything about signing in."""
    now = timezone.now()
    yield from _factors()
    yield from _passwords(now)
    yield from _idle(now)
    yield from _tokens(now)
    yield judged("links-anyone", _open_teams())


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True, service_team=None)


def _factors() -> Iterator[Verdict]:
    strong = Authenticator.objects.filter(type__in=STRONG).values("user")
    bare = _people().exclude(pk__in=strong)
    owners = Membership.objects.filter(role=Role.OWNER).values("user")
    yield judged("admins-factor", _names(bare.filter(is_superuser=True)))
    yield judged("owners-factor", _names(bare.filter(pk__in=owners, is_superuser=False)))
    is_off = settings.REQUIRE_SECOND_FACTOR == "off"
    yield judged("factor-rule", ["GUESTHOUSE_REQUIRE_SECOND_FACTOR=off"] if is_off else [])


def _passwords(now: datetime) -> Iterator[Verdict]:
    waiting = _people().filter(must_change_password=True)
    late = waiting.filter(is_superuser=False, date_joined__lt=now - timedelta(days=FIRST_DAYS))
    yield judged("admins-first-password", _names(waiting.filter(is_superuser=True)))
    yield judged("first-password", _names(late))


def _idle(now: datetime) -> Iterator[Verdict]:
    seen = _people().annotate(used=Coalesce("last_seen_at", "last_login", "date_joined"))
    admins = seen.filter(is_superuser=True, used__lt=now - timedelta(days=ADMIN_DAYS))
    others = seen.filter(is_superuser=False, used__lt=now - timedelta(days=IDLE_DAYS))
    yield judged("admins-idle", _names(admins))
    yield judged("accounts-idle", _names(others))


def _tokens(now: datetime) -> Iterator[Verdict]:
    taken = Q(expires_at=None) | Q(expires_at__gt=now)
    open_ones = ApiToken.objects.filter(taken, user__is_active=True).select_related("user")
    used = open_ones.annotate(used=Coalesce("last_used_at", "created_at"))
    unused = used.filter(used__lt=now - timedelta(days=TOKEN_DAYS))
    yield judged("tokens-endless", map(_token, open_ones.filter(expires_at=None)))
    yield judged("tokens-unused", map(_token, unused))


def _token(token: ApiToken) -> str:
    return f"{token.user.get_username()}: {token.name}"


def _open_teams() -> Iterator[str]:
    yield from Team.objects.filter(console_links=LinkPolicy.ANYONE).values_list("name", flat=True)
    if settings.CONSOLE_LINKS == LinkPolicy.ANYONE:
        yield "CONSOLE_LINKS=anyone"


def _names(people: QuerySet[User]) -> Iterator[str]:
    yield from people.values_list("username", flat=True)
