"""What every page needs to draw its frame."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import Capability, allows, is_admin
from accounts.models import Density, Membership, Team, Theme
from accounts.scope import scopes_of
from approvals.models import Request
from approvals.services import waiting_for
from hosts.models import Host
from hosts.services.networks import networks_of
from vms.models import VM, SavedView, saved_views_of
from vms.views.listing import COLUMNS

from .calm import keeps_no_house

SECTIONS = {
    "machines": "machines",
    "migrations": "machines",
    "hosts": "hosts",
    "networks": "networks",
    "wall": "wall",
    "jobs": "history",
    "requests": "requests",
    "usage": "usage",
    "posture": "posture",
    "account": "account",
    "settings": "users",
    "teams": "teams",
}


class Shell:
    """The facts of sidebar and top bar; each is asked for only by a page that shows it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @cached_property
    def is_admin(self) -> bool:
        """Whether the sidebar shows what only administrators may see."""
        return self.user is not None and is_admin(self.user)

    @cached_property
    def sees_hosts(self) -> bool:
        """Whether the sidebar leads to the hosts."""
        return self.user is not None and allows(self.user, Capability.HOST_VIEW)

    @cached_property
    def reads_record(self) -> bool:
        """Whether the sidebar leads to the audit record."""
        return self.user is not None and allows(self.user, Capability.AUDIT_VIEW)

    @cached_property
    def is_calm(self) -> bool:
        """Whether the sidebar is cut to what the person has, because they keep no house."""
        user = self.user
        return user is not None and user.is_authenticated and keeps_no_house(user)

    @cached_property
    def sees_networks(self) -> bool:
        """Whether the sidebar leads to the networks."""
        return not self.is_calm or networks_of(self.request.user).exists()

    @cached_property
    def sees_wall(self) -> bool:
        """Whether the sidebar leads to the wall of screens, where there is more than one."""
        return not self.is_calm or self.machine_count > 1

    @cached_property
    def sees_teams(self) -> bool:
        """Whether the sidebar leads to the teams."""
        mine = Membership.objects.filter(user=self.request.user.pk)
        return not self.is_calm or mine.exists()

    @cached_property
    def sees_requests(self) -> bool:
        """Whether the sidebar leads to the requests."""
        return not self.is_calm or Request.objects.visible_to(self.request.user).exists()

    @cached_property
    def scopes(self) -> list[Team]:
        """The teams between which the person may switch; none where there is one at most."""
        user = self.user
        return scopes_of(user) if user is not None and user.is_authenticated else []

    @cached_property
    def scope(self) -> Team | None:
        """The team to which the person has narrowed the pages."""
        chosen = getattr(self.user, "scope_id", None)
        return next((team for team in self.scopes if team.pk == chosen), None)

    @property
    def scope_name(self) -> str:
        """What the pages show, in words."""
        return self.scope.name if self.scope else _("All teams")

    @cached_property
    def section(self) -> str:
        """The noun of the sidebar to which this page belongs."""
        first = self.request.path.split("/")[1]
        if self.request.path.startswith("/account/users/"):
            return "users"
        if self.request.path.startswith("/jobs/record/"):
            return "record"
        if self.request.path.startswith(
            ("/settings/catalogue/", "/settings/roles/", "/settings/webhooks/")
        ):
            return self.request.path.split("/")[2]
        return SECTIONS.get(first, "" if first else "overview")

    @cached_property
    def machine_count(self) -> int:
        """How many machines the person sees."""
        if self.user is None:
            return 0
        seen = VM.objects.allowing(self.user, Capability.VM_VIEW).in_scope(self.user)
        return seen.kept().count()

    @cached_property
    def host_count(self) -> int:
        """How many hosts there are."""
        return Host.objects.count()

    @cached_property
    def waiting_requests(self) -> int:
        """How many requests wait for the person."""
        if self.user is None:
            return 0
        scope = getattr(self.user, "scope_id", None)
        return waiting_for(self.user).filter(Q(team=scope) if scope else Q()).count()

    @cached_property
    def saved_views(self) -> Sequence[SavedView]:
        """The person's own lists of machines."""
        if self.user is None or not self.user.is_authenticated:
            return []
        return saved_views_of(self.user)[:8]

    @cached_property
    def theme(self) -> str:
        """Light or dark where pinned, else empty: follow the system."""
        theme = self._preference("theme", Theme.values)
        return "" if theme == Theme.AUTO else theme

    @cached_property
    def density(self) -> str:
        """The height of rows, empty for the default of the device."""
        return self._preference("density", Density.values)

    @cached_property
    def hidden_columns(self) -> list[str]:
        """The columns of the list of machines that this browser does not show."""
        kept = self.request.COOKIES.get("gh_columns", "").split("-")
        return [name for name in COLUMNS if name in kept]

    def _preference(self, name: str, allowed: Sequence[str]) -> str:
        kept = getattr(self.user, name, "") if self.user and self.user.is_authenticated else ""
        value = kept or self.request.COOKIES.get(f"gh_{name}", "")
        return value if value in allowed else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's facts."""
    return {"demo": settings.DEMO, "site_name": settings.SITE_NAME, "shell": Shell(request)}
