"""What people set for themselves: looks and API tokens."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.access import Capability, requires
from accounts.forms import NewTokenForm, PreferencesForm
from accounts.requests import SignedInRequest
from accounts.signals import tell_of_token


@require_POST
@requires(Capability.PUBLIC)
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme and density: with the person, and in a cookie for the sign-in page."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    if request.user.is_authenticated and chosen:
        for name, value in chosen.items():
            setattr(request.user, name, value)
        request.user.save(update_fields=list(chosen))
    response = _back(request)
    for name, value in chosen.items():
        response.set_cookie(f"gh_{name}", value, max_age=31_536_000, samesite="Lax")
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """Return 204 to a script, else a redirect to the page that asked, if it is ours."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if is_ours else reverse("overview"))


@require_http_methods(["GET", "POST"])
@requires(Capability.SIGNED_IN)
def tokens(request: SignedInRequest) -> HttpResponse:
    """List a person's API tokens and make new ones."""
    form = NewTokenForm(request.POST or None, user=request.user)
    made = None
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            made = services.create_token(request.user, **form.cleaned_data)
            tell_of_token(request.user, "token.create", made.row)
        form = NewTokenForm(user=request.user)
    context = {"form": form, "made": made, "tokens": request.user.api_tokens.all()}
    response = render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Capability.SIGNED_IN)
def revoke_token(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    services.revoke_token(token, by=request.user)
    return redirect("accounts_tokens")
