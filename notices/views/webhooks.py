"""The pages of webhooks: of the site, of a team, and one of them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import ActionRefused, Capability, requires
from accounts.models import Team
from accounts.requests import SignedInRequest
from notices import access, services
from notices.forms import FAMILIES, TargetForm, WebhookForm
from notices.models import Delivery, Webhook
from notices.nudging import nudge

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@requires(Capability.SITE_MANAGE)
def site_list(request: SignedInRequest) -> HttpResponse:
    """Show every webhook and make one that is told of everything."""
    return _list(request, None)


@require_http_methods(["GET", "POST"])
@requires(Capability.TEAM_MANAGE)
def team_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show a team's webhooks and targets, and make a webhook."""
    return _list(request, access.get_team(request.user, slug))


@require_http_methods(["GET", "POST"])
@requires(Capability.TEAM_MANAGE)
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one webhook with its deliveries, and change it."""
    webhook = access.get_webhook(request.user, pk)
    initial = {"name": webhook.name, "actions": webhook.actions}
    form = WebhookForm(request.POST or None, initial=initial, is_new=False)
    if request.method == "POST" and form.is_valid():
        changes = {
            name: value for name, value in form.cleaned_data.items() if value or name != "url"
        }
        own = [one for one in webhook.actions if one not in dict(FAMILIES)]
        changes["actions"] = [*own, *changes["actions"]]
        try:
            services.change_webhook(request.user, webhook, **changes)
        except ActionRefused as error:
            form.add_error("url", error.message)
        else:
            return redirect("notices:webhook", pk=pk)
    return _detail(request, webhook, form=form)


@require_POST
@requires(Capability.TEAM_MANAGE)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Test, switch, delete a webhook, or sign with a new secret."""
    webhook = access.get_webhook(request.user, pk)
    if verb == "secret":
        return _detail(request, webhook, secret=services.rotate_secret(request.user, webhook))
    if verb == "delete":
        team = webhook.team
        services.delete_webhook(request.user, webhook)
        return redirect("notices:team", team.slug) if team else redirect("notices:webhooks")
    if verb == "test":
        services.send_test(request.user, webhook)
        nudge()
    else:
        services.change_webhook(request.user, webhook, is_active=verb == "on")
    return redirect("notices:webhook", pk=pk)


@require_POST
@requires(Capability.TEAM_MANAGE)
def again(request: SignedInRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Send a delivery once more."""
    webhook = access.get_webhook(request.user, pk)
    services.send_again(request.user, get_object_or_404(webhook.deliveries, pk=delivery_pk))
    nudge()
    return redirect("notices:webhook", pk=pk)


@require_GET
@requires(Capability.TEAM_MANAGE)
def deliveries(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the newest deliveries as a fragment, which asks again while something waits."""
    webhook = access.get_webhook(request.user, pk)
    return render(request, "notices/_deliveries.html", _deliveries(request, webhook))


def _list(request: SignedInRequest, team: Team | None) -> HttpResponse:
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook = services.create_webhook(request.user, team=team, **form.cleaned_data)
        except ActionRefused as error:
            form.add_error("url", error.message)
        else:
            return _detail(request, webhook, secret=str(webhook.secret))
    rows = access.webhooks_of(request.user)
    context = {
        "form": form,
        "team": team,
        "webhooks": rows.filter(team=team) if team else rows,
        "target_form": TargetForm() if team else None,
        "targets": team.notice_targets.defer("url") if team else (),
    }
    return render(request, "notices/webhooks.html", context, status=400 if form.errors else 200)


def _detail(
    request: SignedInRequest, webhook: Webhook, *, secret: str = "", form: WebhookForm | None = None
) -> HttpResponse:
    initial = {"name": webhook.name, "actions": webhook.actions}
    context = {
        **_deliveries(request, webhook),
        "secret": secret,
        "form": form or WebhookForm(initial=initial, is_new=False),
    }
    bad = 400 if form is not None and form.errors else 200
    response = render(request, "notices/webhook.html", context, status=bad)
    response["Cache-Control"] = "no-store"
    return response


def _deliveries(request: SignedInRequest, webhook: Webhook) -> dict[str, Any]:
    rows = Delivery.objects.filter(webhook=webhook)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    fresh = any(row.state == "waiting" and row.tries == 0 for row in page)
    return {"webhook": webhook, "page": page, "is_fresh": fresh and webhook.is_active}
