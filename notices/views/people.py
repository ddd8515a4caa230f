"""The bell, one's notices, and where they go."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.models import Team
from accounts.requests import SignedInRequest
from notices import access, people
from notices.forms import MailForm, TargetForm
from notices.models import Notice
from notices.nudging import nudge

IN_DRAWER = 20
ON_PAGE = 100


@require_GET
@requires(Capability.SIGNED_IN)
def bell(request: SignedInRequest) -> HttpResponse:
    """Show the bell with how many notices are unread."""
    return render(request, "notices/_bell_link.html")


@require_GET
@requires(Capability.SIGNED_IN)
def drawer(request: SignedInRequest) -> HttpResponse:
    """Show the newest notices."""
    rows = Notice.objects.filter(user=request.user)[:IN_DRAWER]
    return render(request, "notices/_list.html", {"notices": rows})


@require_GET
@requires(Capability.SIGNED_IN)
def mine(request: SignedInRequest) -> HttpResponse:
    """Show one's notices."""
    rows = Notice.objects.filter(user=request.user)[:ON_PAGE]
    return render(request, "notices/mine.html", {"notices": rows})


@require_POST
@requires(Capability.SIGNED_IN)
def read(request: SignedInRequest) -> HttpResponse:
    """Note that one saw them all."""
    people.mark_read(request.user)
    if request.headers.get("X-Requested-With") or request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("notices:mine")


@require_http_methods(["GET", "POST"])
@requires(Capability.SIGNED_IN)
def targets(request: SignedInRequest) -> HttpResponse:
    """Show and add one's own targets."""
    return _targets(request, None)


@require_POST
@requires(Capability.TEAM_MANAGE)
def add_team_target(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add a target of a team."""
    return _targets(request, access.get_team(request.user, slug))


@require_POST
@requires(Capability.SIGNED_IN)
def mail(request: SignedInRequest) -> HttpResponse:
    """Set which notices come by mail."""
    form = MailForm(request.POST)
    if form.is_valid():
        people.choose_mail(request.user, form.cleaned_data["mail_kinds"])
    return redirect("notices:targets")


@require_POST
@requires(Capability.SIGNED_IN)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Test or remove a target."""
    target = access.get_target(request.user, pk)
    team = target.team
    if verb == "remove":
        people.remove_target(request.user, target)
    else:
        people.test_target(target)
        nudge()
    return redirect("notices:team", team.slug) if team else redirect("notices:targets")


def _targets(request: SignedInRequest, team: Team | None) -> HttpResponse:
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.add_target(request.user, team=team, **form.cleaned_data)
        except ActionRefused as error:
            form.add_error("url", error.message)
        else:
            return redirect("notices:team", team.slug) if team else redirect("notices:targets")
    rows = team.notice_targets if team else request.user.notice_targets
    context = {
        "form": form,
        "team": team,
        "targets": rows.defer("url").prefetch_related("postings"),
        "mail_form": MailForm(initial={"mail_kinds": people.mail_kinds_of(request.user)}),
        "mail_is_on": settings.MAIL_IS_ON,
    }
    return render(request, "notices/targets.html", context, status=400 if form.errors else 200)
