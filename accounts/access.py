"""Who may do what: the one permission layer of pages, API, sockets and consoles.

Administrators (superusers) may do everything. Anybody else has rights on what is theirs: as the
owner of an object, or by the role in the team that the object belongs to. Views fetch objects
through functions that call `visible` and `require`, so that fetching is authorising: what is not
yours is 404, what you see but may not do is 403.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, TextChoices

from .models import Membership, Role, User

Person = User | AnonymousUser
View = TypeVar("View", bound=Callable[..., Any])


class Capability(TextChoices):
    """One thing that a person may be allowed to do."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VM_VIEW = "vm.view"
    VM_OPERATE = "vm.operate"
    VM_CONSOLE = "vm.console"
    VM_EDIT = "vm.edit"
    VM_DELETE = "vm.delete"
    VM_CREATE = "vm.create"
    HOST_VIEW = "host.view"
    HOST_MANAGE = "host.manage"
    JOB_VIEW = "job.view"
    AUDIT_VIEW = "audit.view"
    USER_MANAGE = "user.manage"


VIEWER = frozenset({Capability.VM_VIEW})
OPERATOR = VIEWER | {Capability.VM_OPERATE, Capability.VM_CONSOLE}
MEMBER = OPERATOR | {Capability.VM_CREATE, Capability.VM_EDIT}
OWNER = MEMBER | {Capability.VM_DELETE}
ROLE_CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: VIEWER,
    Role.OPERATOR: OPERATOR,
    Role.MEMBER: MEMBER,
    Role.OWNER: OWNER,
}

# What anybody who is signed in may ask for; what they reach is decided object by object.
EVERYBODY = frozenset(
    {
        Capability.PUBLIC,
        Capability.SIGNED_IN,
        Capability.VM_VIEW,
        Capability.VM_OPERATE,
        Capability.VM_CONSOLE,
        Capability.VM_EDIT,
        Capability.VM_DELETE,
        Capability.VM_CREATE,
        Capability.JOB_VIEW,
    }
)


class Owned(Protocol):
    """An object that belongs to a person, a team, both or nobody."""

    owner_id: int | None
    team_id: int | None


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
    return bool(user.is_authenticated and user.is_active and user.is_superuser)


def roles_with(capability: Capability) -> list[str]:
    """Return the team roles that include `capability`."""
    return [role for role, allowed in ROLE_CAPABILITIES.items() if capability in allowed]


def reach(user: Person, capability: Capability) -> Q:
    """Return the filter for owned objects on which `user` has `capability`."""
    if is_admin(user):
        return Q()
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    teams = Membership.objects.filter(user=user, role__in=roles_with(capability))
    return Q(owner=user) | Q(team__in=teams.values("team"))


def allows(user: Person, capability: Capability, obj: Owned | None = None) -> bool:
    """Say whether `user` has `capability`, on `obj` where one is given."""
    if is_admin(user) or capability == Capability.PUBLIC:
        return True
    if not user.is_authenticated or not user.is_active or capability not in EVERYBODY:
        return False
    if obj is None or obj.owner_id == user.pk:
        return True
    if obj.team_id is None:
        return False
    roles = roles_with(capability)
    return Membership.objects.filter(user=user, team_id=obj.team_id, role__in=roles).exists()


def require(user: Person, capability: Capability, obj: Owned | None = None) -> None:
    """Raise PermissionDenied (403) unless `user` has `capability`."""
    if not allows(user, capability, obj):
        raise PermissionDenied


def audiences_for(user: Person) -> frozenset[str]:
    """Return whose live messages `user` may hear."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    own = {f"user-{user.pk}"}
    if is_admin(user):
        return frozenset(own | {"admins"})
    teams = Membership.objects.filter(user=user).values_list("team_id", flat=True)
    return frozenset(own | {f"team-{pk}" for pk in teams})


def audiences_of(obj: Owned) -> list[str]:
    """Return who may hear about `obj`: administrators, its team and its owner."""
    heard = ["admins"]
    if obj.team_id is not None:
        heard.append(f"team-{obj.team_id}")
    if obj.owner_id is not None:
        heard.append(f"user-{obj.owner_id}")
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
