"""Hand out machines: the page, and the summary that follows its choices."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActionRefused, Capability, require, requires
from accounts.models import Team, User
from accounts.requests import SignedInRequest
from quotas.services import TEAM, Line, preview_each
from teams.handing_forms import HandOutForm
from teams.services.handing import hand_out as hand_out_machines
from teams.services.handing import handed_to, name_for
from vms.counting import wanted_of
from vms.names import BadName, check_free
from vms.services.approving import why_creation_waits
from vms.services.wishes import Wish, read_wish
from vms.views.quota import QuotaRow

from .shown import TeamPage, managed_team


@dataclass(frozen=True)
class Row:
    """A member on the page: ticked or not, the machine they would get, the one they have."""

    person: User
    is_ticked: bool
    name: str
    has: str


@dataclass(frozen=True)
class HandingOut:
    """What is handed out as it stands, and what it comes to."""

    team: Team
    user: User
    form: HandOutForm  # bound

    @cached_property
    def count(self) -> int:
        """How many machines are made."""
        return len(self.form.ticked)

    @cached_property
    def pattern(self) -> str:
        """The names as typed."""
        return self.form.chosen("name").strip()

    @property
    def rows(self) -> list[Row]:
        """The members, by name."""
        ticked = {person.pk for person in self.form.ticked}
        return [
            Row(
                person,
                person.pk in ticked,
                name_for(self.pattern, person),
                self.form.had.get(person.pk, ""),
            )
            for person in self.form.people
        ]

    @cached_property
    def wish(self) -> Wish | None:
        """The checked wish of the first of them, None while something is missing."""
        people = self.form.ticked
        if not people or not self.form.is_valid():
            return None
        spec = self.form.to_request(name_for(self.pattern, people[0]))
        try:
            return read_wish(spec, self.user, self.team)
        except ActionRefused:
            return None

    @cached_property
    def quota(self) -> list[Line]:
        """The team's limits with all of them, and the limits that a person would pass."""
        people = self.form.ticked
        lines = preview_each(self.team, people, wanted_of(self.wish) if self.wish else {})
        return [line for line in lines if line.scope == TEAM or line.is_over]

    @property
    def quota_rows(self) -> list[QuotaRow]:
        """The same in words."""
        return [QuotaRow.of(line) for line in self.quota]

    @property
    def is_over(self) -> bool:
        """Whether the quota refuses them."""
        return any(line.is_over for line in self.quota)

    @cached_property
    def problem(self) -> str:
        """Why they cannot be handed out, "" otherwise; the quota speaks for itself."""
        try:
            for one in handed_to(self.pattern, self.form.ticked) if self.pattern else ():
                check_free(one.name, self.team, one.owner)
        except ActionRefused as error:
            return error.message
        except BadName as error:
            return str(error)
        return why_creation_waits(self.wish, self.user, self.team) if self.wish else ""


@require_http_methods(["GET", "POST"])
@requires(Capability.TEAM_MANAGE)
def hand_out(request: SignedInRequest, slug: str) -> HttpResponse:
    """Offer the choices; make a machine for each of the ticked."""
    team = _team(request, slug)
    form = HandOutForm(request.user, team, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        spec, data = form.to_request(), form.cleaned_data
        try:
            jobs = hand_out_machines(
                team, spec, data["members"], request.user, idempotency_key=data["key"]
            )
        except ActionRefused as error:
            form.show(error)
        else:
            ids = ",".join(str(job.pk) for job in jobs)
            return redirect(f"{reverse('vms:created')}?jobs={ids}")
    status = 400 if form.errors else 200
    return render(request, "teams/hand_out.html", _context(request, team, form), status=status)


@require_safe
@requires(Capability.TEAM_MANAGE)
def summary(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what the choices so far come to."""
    team = _team(request, slug)
    form = HandOutForm(request.user, team, request.GET)
    return render(request, "teams/_hand_out_changed.html", _context(request, team, form))


def _team(request: SignedInRequest, slug: str) -> Team:
    team = managed_team(request.user, slug)
    require(request.user, Capability.VM_CREATE, team)
    return team


def _context(request: SignedInRequest, team: Team, form: HandOutForm) -> dict[str, object]:
    page = TeamPage(team, request.user, "hand-out")
    stands = form if form.is_bound else HandOutForm(request.user, team, form.as_offered())
    return {"page": page, "form": form, "handing": HandingOut(team, request.user, stands)}
