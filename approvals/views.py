"""The pages of requests: mine, and those that wait for me."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActionRefused, Capability, requires
from accounts.models import User
from accounts.requests import SignedInRequest

from . import raising, services
from .forms import RaiseForm
from .kinds import Evidence
from .models import Request

PER_PAGE = 30
MOST_WAITING_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as the page draws it, what speaks for and against it first."""

    request: Request
    evidence: list[Evidence]
    can_decide: bool
    can_withdraw: bool

    @property
    def is_own_to_decide(self) -> bool:
        """Whether the person decides such requests, and may not decide this one."""
        return self.can_withdraw and services.would_decide(self.request, self.request.person)

    @property
    def blocked(self) -> str:
        """Why it cannot be approved now, "" where it can."""
        return " ".join(line.text for line in self.evidence if not line.ok)


@requires(Capability.SIGNED_IN)
@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person, what they wait for, and what is over."""
    return render(request, "approvals/list.html", _context(request))


@requires(Capability.SIGNED_IN)
@require_safe
def row(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one request again, without the frame."""
    asked = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    shown = _shown(asked, request.user.pk, services.may_decide(asked, request.user))
    return render(request, "approvals/_request.html", {"shown": shown})


@requires(Capability.SIGNED_IN)
@require_POST
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Approve, decline or withdraw; a refusal is told on the list."""
    asked = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    answer = request.POST.get("answer", "")
    try:
        if verb == "withdraw":
            services.withdraw(asked, request.user)
            messages.success(request, _("The request is withdrawn."))
        elif verb == "approve":
            services.decide(asked, request.user, True, answer)
            messages.success(request, _("Approved: %(what)s") % {"what": asked.summary})
        else:
            services.decide(asked, request.user, False, answer)
            messages.success(request, _("Declined: %(what)s") % {"what": asked.summary})
    except ActionRefused as error:
        messages.error(request, error.message)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "requests:list")


@requires(Capability.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask_more(request: SignedInRequest) -> HttpResponse:
    """Ask for a bigger quota, of a team or of one's own."""
    form = RaiseForm(
        request.POST or None,
        user=request.user,
        slug=request.GET.get("team", ""),
        wishes=request.GET.dict(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            raising.ask(request.user, form.team, form.amounts, comment=form.cleaned_data["comment"])
        except ActionRefused as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The request is sent to the administrators."))
            return redirect("requests:list")
    return render(request, "approvals/more.html", {"form": form})


def _context(request: SignedInRequest) -> dict[str, object]:
    user = request.user
    here = Q(team=user.scope_id) if user.scope_id else Q()
    waiting = services.waiting_for(user).filter(here).select_related("team", "person", "decided_by")
    mine = Request.objects.filter(here, person=user).waiting().select_related("team", "person")
    over = Request.objects.visible_to(user).filter(here).exclude(state="waiting")
    over = over.select_related("team", "person", "decided_by", "job")
    to_decide = list(waiting[:MOST_WAITING_SHOWN])
    deciding = {row.pk for row in to_decide}
    own = [row for row in mine[:MOST_WAITING_SHOWN] if row.pk not in deciding]
    page = Paginator(over, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "waiting": [_shown(row, user.pk, True) for row in to_decide],
        "mine": [_shown(row, user.pk, False) for row in own],
        "over": page,
        "over_shown": [_shown(row, user.pk, False) for row in page],
    }


def shown_to(row: Request, user: User) -> Shown:
    """Return a request as a page of another room draws it for `user`."""
    return _shown(row, user.pk, services.may_decide(row, user))


def _shown(row: Request, user_id: int, can_decide: bool) -> Shown:
    evidence = row.spec.effect(row) if can_decide and row.is_waiting else []
    return Shown(row, evidence, can_decide, row.person_id == user_id)
