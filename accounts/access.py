"""Who may do what: the one permission layer of pages, API, sockets and consoles.

Administrators (superusers) may do everything, auditors see everything. Anybody else has rights on
what is theirs: as the owner of an object, by the role in the team that the object belongs to, or
by a grant on the one object. Views fetch objects through functions that call `reach` and
`require`, so that fetching is authorising: what is not yours is 404, what you see but may not do
is 403. A request by a token has what its user has, less what the token leaves out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .capabilities import AUDITOR, EVERYBODY, OWN, PERSONAL, ROLE_CAPABILITIES, Capability
from .models import Grant, Membership, RoleCapability, SiteRole, User

__all__ = [
    "ROLE_CAPABILITIES",
    "ActionRefused",
    "Capability",
    "Person",
    "allows",
    "audience_names",
    "audiences_for",
    "audiences_of",
    "capability_of",
    "grants_of",
    "is_admin",
    "is_program",
    "reach",
    "require",
    "requires",
    "unexpired",
]

Person = User | AnonymousUser
View = TypeVar("View", bound=Callable[..., Any])


class Owned(Protocol):
    """An object that belongs to a person, a team, both or nobody."""

    pk: Any

    @property
    def owner_id(self) -> int | None:
        """The person."""

    @property
    def team_id(self) -> int | None:
        """The team."""


class ActionRefused(Exception):
    """A rule of ours says no: what was refused and what to do next, in words for people.

    `code` is for programs (busy, wrong-state, host-unreachable, …), `status` the HTTP status.
    """

    def __init__(
        self, message: str, *, code: str = "refused", status: int = 409, **extra: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.extra = extra


def is_admin(user: Person) -> bool:
    """Say whether `user` administers the whole site."""
    return bool(
        user.is_authenticated and user.is_active and user.is_superuser and not user.is_service
    )


def is_auditor(user: Person) -> bool:
    """Say whether `user` may look at the whole site."""
    return bool(
        user.is_authenticated
        and user.is_active
        and user.site_role == SiteRole.AUDITOR
        and not user.is_service
    )


def is_program(user: Person) -> bool:
    """Say whether `user` is a service account, which reaches its own team and nothing else."""
    return bool(user.is_authenticated and user.is_service)


def sees_everything(user: Person) -> bool:
    """Say whether `user` sees every host, machine, team and job."""
    return is_admin(user) or is_auditor(user)


def on_whole_site(user: Person, capability: Capability) -> bool:
    """Say whether `user` has `capability` on everything there is."""
    return not _narrowed(user, capability) and (
        is_admin(user) or (is_auditor(user) and capability in AUDITOR)
    )


def role_is(capability: Capability) -> Q:
    """Return the filter for rows whose `role`, built in or own, includes `capability`."""
    built_in = [role for role, allowed in ROLE_CAPABILITIES.items() if capability in allowed]
    own = RoleCapability.objects.filter(capability=capability).values("role__slug")
    return Q(role__in=built_in) | Q(role__in=own)


def reach(user: Person, capability: Capability, kind: str = "vm") -> Q:
    """Return the filter for owned objects of `kind` on which `user` has `capability`."""
    if on_whole_site(user, capability):
        return Q()
    if not user.is_authenticated or not user.is_active or _narrowed(user, capability):
        return Q(pk__in=[])
    mine = Membership.objects.filter(user=user)
    found = Q(team__in=mine.filter(role_is(capability)).values("team"))
    if capability in PERSONAL:
        found |= Q(owner=user, team=None)
    if capability in OWN:
        found |= Q(owner=user, team__in=mine.values("team"))
        found |= Q(pk__in=grants_of(user, kind).filter(role_is(capability)).values("object_id"))
    return found & Q(team=user.service_team_id) if user.is_service else found


def allows(user: Person, capability: Capability, obj: Owned | None = None) -> bool:
    """Say whether `user` has `capability`, on `obj` where one is given."""
    if capability == Capability.PUBLIC or on_whole_site(user, capability):
        return True
    if not user.is_authenticated or not user.is_active or _narrowed(user, capability):
        return False
    if capability not in EVERYBODY:
        return False
    if obj is None:
        return True
    if user.is_service and obj.team_id != user.service_team_id:
        return False
    return _owns(user, capability, obj) or _has_role(user, capability, obj)


def _narrowed(user: Person, capability: Capability) -> bool:
    """Say whether the token that acts for `user` leaves `capability` out."""
    limits: frozenset[str] | None = getattr(user, "limited_to", None)
    return limits is not None and capability not in limits


def _owns(user: User, capability: Capability, obj: Owned) -> bool:
    if obj.owner_id != user.pk:
        return False
    if obj.team_id is None:
        return capability in PERSONAL
    here: bool = Membership.objects.filter(user=user, team_id=obj.team_id).exists()
    return capability in OWN and here


def _has_role(user: User, capability: Capability, obj: Owned) -> bool:
    by_role = role_is(capability)
    if obj.team_id is not None:
        here = Membership.objects.filter(user=user, team_id=obj.team_id)
        if here.filter(by_role).exists():
            return True
    if capability not in OWN:
        return False
    return grants_of(user, kind_of(obj)).filter(by_role, object_id=obj.pk).exists()


def grants_of(user: Person, kind: str = "vm") -> QuerySet[Grant]:
    """Return the grants on objects of `kind` that `user` has now."""
    return Grant.objects.filter(unexpired(), user=user.pk or 0, kind=kind)


def unexpired() -> Q:
    """Return the filter for grants that have not ended."""
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def kind_of(obj: Any) -> str:
    """Return the word for what `obj` is, as grants, jobs and live messages use it: "vm"."""
    return str(obj._meta.model_name)


def require(user: Person, capability: Capability, obj: Owned | None = None) -> None:
    """Raise PermissionDenied (403) unless `user` has `capability`."""
    if not allows(user, capability, obj):
        raise PermissionDenied


def audiences_for(user: Person) -> frozenset[str]:
    """Return whose live messages `user` may hear."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return audiences_of_people([user])[user.pk]


def audiences_of_people(people: Iterable[User]) -> dict[int, frozenset[str]]:
    """Return whose live messages each of `people` may hear, in two queries for all of them."""
    heard: dict[int, set[str]] = defaultdict(set)
    ids = [user.pk for user in people if not sees_everything(user)]
    at_home = Q(user__service_team=None) | Q(user__service_team=F("team"))
    mine = Membership.objects.filter(at_home, user__in=ids)
    for user_id, team in mine.values_list("user", "team"):
        heard[user_id].add(f"team-{team}")
    grants = Grant.objects.filter(unexpired(), user__in=ids, user__service_team=None)
    for user_id, kind, pk in grants.values_list("user", "kind", "object_id"):
        heard[user_id].add(f"{kind}-{pk}")
    return {
        user.pk: frozenset(
            {f"user-{user.pk}", *({"admins"} if sees_everything(user) else heard[user.pk])}
        )
        for user in people
    }


def audiences_of(obj: Owned) -> list[str]:
    """Return who may hear about `obj`: administrators, its team, its owner and the granted."""
    return audience_names(kind_of(obj), obj.pk, obj.team_id, obj.owner_id)


def audience_names(kind: str, pk: int, team_id: int | None, owner_id: int | None) -> list[str]:
    """Return who may hear about a row of which only these facts were read."""
    heard = ["admins", f"{kind}-{pk}"]
    if team_id is not None:
        heard.append(f"team-{team_id}")
    if owner_id is not None:
        heard.append(f"user-{owner_id}")
    return heard


def requires(capability: Capability) -> Callable[[View], View]:
    """Declare what a view needs; the middleware enforces it before the view runs."""

    def declare(view: View) -> View:
        view.capability = capability  # type: ignore[attr-defined]
        return view

    return declare


# Views of packages, which cannot be decorated where they are written.
FOREIGN_VIEWS = {
    "ninja.operation": Capability.PUBLIC,  # each operation declares its own
    "ninja.openapi.views": Capability.PUBLIC,
    "allauth.account.views": Capability.PUBLIC,
    "allauth.usersessions.views": Capability.SIGNED_IN,
    "allauth.mfa.base.views": Capability.PUBLIC,  # the second step of signing in among them
    "allauth.mfa.totp.views": Capability.SIGNED_IN,
    "allauth.mfa.recovery_codes.views": Capability.SIGNED_IN,
    "allauth.mfa.webauthn.views": Capability.PUBLIC,  # passkeys sign in; the rest asks itself
    "allauth.socialaccount.views": Capability.PUBLIC,
    "allauth.socialaccount.providers.openid_connect.views": Capability.PUBLIC,
    "django.views.i18n": Capability.PUBLIC,
    "django.contrib.staticfiles.views": Capability.PUBLIC,
    "django.views.static": Capability.PUBLIC,
}


def capability_of(view: Any) -> Capability | None:
    """Return what `view` declares, or None."""
    declared = getattr(view, "capability", None) or getattr(
        getattr(view, "view_class", None), "capability", None
    )
    if declared is not None:
        return Capability(declared)
    home = getattr(view, "view_class", getattr(view, "func", view))
    return FOREIGN_VIEWS.get(getattr(home, "__module__", ""))
