"""The page of a team's service accounts and their tokens."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ActionRefused, Capability, requires
from accounts.models import ApiToken, Team, User
from accounts.requests import SignedInRequest
from accounts.services import NewToken
from teams.service_forms import ServiceForm, ServiceTokenForm
from teams.services import service_accounts as services
from teams.services.roles import may_give

from .shown import TeamPage, managed_team


@dataclass(frozen=True)
class Shown:
    """A service account as the page draws it; `made` is its token of just now."""

    account: User
    tokens: list[ApiToken]
    role_name: str
    may_change: bool
    form: ServiceForm
    token_form: ServiceTokenForm
    made: NewToken | None = None

    @property
    def is_open(self) -> bool:
        """Whether the forms are to be seen at once: something in them is wrong."""
        return bool(self.form.errors or self.token_form.errors)


@require_safe
@requires(Capability.TEAM_MANAGE)
def listing(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show the accounts of programs."""
    return _page(request, managed_team(request.user, slug))


@require_POST
@requires(Capability.TEAM_MANAGE)
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make an account for a program."""
    team = managed_team(request.user, slug)
    form = ServiceForm(request.POST, team=team, by=request.user)
    if form.is_valid():
        try:
            account = services.create(team, by=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            _tell(form, refusal)
        else:
            text = _("%(name)s is there now. Make a token for it.")
            messages.success(request, text % {"name": account.first_name})
            return redirect("teams:services", slug)
    return _page(request, team, new=form)


@require_POST
@requires(Capability.TEAM_MANAGE)
def change(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Give the account another name or role."""
    team = managed_team(request.user, slug)
    account = _account(team, pk)
    form = ServiceForm.of(account, team, request.user, request.POST)
    if form.is_valid():
        try:
            services.change(account, request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": account.first_name})
            return redirect("teams:services", slug)
    return _page(request, team, changed={pk: form})


@require_POST
@requires(Capability.TEAM_MANAGE)
def act(request: SignedInRequest, slug: str, pk: int, verb: str) -> HttpResponse:
    """Disable, enable or delete the account."""
    account = _account(managed_team(request.user, slug), pk)
    if verb == "delete":
        services.delete(account, request.user)
    elif verb in {"disable", "enable"}:
        services.set_active(account, verb == "enable", request.user)
    else:
        raise Http404
    return redirect("teams:services", slug)


@require_POST
@never_cache
@requires(Capability.TEAM_MANAGE)
def make_token(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Make a token for the account and show its key, once."""
    team = managed_team(request.user, slug)
    account = _account(team, pk)
    form = ServiceTokenForm(request.POST, account=account)
    if not form.is_valid():
        return _page(request, team, tokens={pk: form})
    made = services.make_token(account, request.user, **form.cleaned_data)
    return _page(request, team, made={pk: made})


@require_POST
@requires(Capability.TEAM_MANAGE)
def revoke_token(request: SignedInRequest, slug: str, pk: int, token_pk: int) -> HttpResponse:
    """End a token at once."""
    account = _account(managed_team(request.user, slug), pk)
    services.revoke_token(get_object_or_404(account.api_tokens, pk=token_pk), request.user)
    return redirect("teams:services", slug)


def _account(team: Team, pk: int) -> User:
    return get_object_or_404(services.accounts_of(team), pk=pk)


def _tell(form: ServiceForm, refusal: ActionRefused) -> None:
    for field, words in refusal.extra.get("fields", {"role": refusal.message}).items():
        form.add_error(field, words)


def _page(
    request: SignedInRequest,
    team: Team,
    *,
    new: ServiceForm | None = None,
    changed: dict[int, ServiceForm] | None = None,
    tokens: dict[int, ServiceTokenForm] | None = None,
    made: dict[int, NewToken] | None = None,
) -> HttpResponse:
    page = TeamPage(team, request.user, "services")
    shown = []
    for account in services.accounts_of(team):
        role = services.role_of(account)
        shown.append(
            Shown(
                account,
                list(account.api_tokens.all()),
                page.roles.get(role, role),
                may_give(request.user, team, role),
                (changed or {}).get(account.pk) or ServiceForm.of(account, team, request.user),
                (tokens or {}).get(account.pk) or ServiceTokenForm(account=account),
                (made or {}).get(account.pk),
            )
        )
    context: dict[str, Any] = {
        "page": page,
        "shown": shown,
        "form": new or ServiceForm(team=team, by=request.user),
    }
    status = 400 if new or changed or tokens else 200
    return render(request, "teams/services.html", context, status=status)
