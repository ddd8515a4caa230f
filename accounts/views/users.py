"""Administrators manage people."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.access import Capability, requires
from accounts.forms import NewUserForm
from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.signals import tell_of_person


@require_GET
@requires(Capability.USER_MANAGE)
def users(request: SignedInRequest) -> HttpResponse:
    """Show everybody."""
    context = {
        "people": User.objects.select_related("service_team").order_by("username"),
        "nav": "users",
    }
    return render(request, "accounts/users.html", context)


@require_GET
@requires(Capability.USER_MANAGE)
def user(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one person with their tokens, never the keys."""
    person = get_object_or_404(User.objects.select_related("service_team"), pk=pk)
    context = {"person": person, "tokens": person.api_tokens.all(), "nav": "users"}
    return render(request, "accounts/user.html", context)


@require_POST
@requires(Capability.USER_MANAGE)
def revoke_token(request: SignedInRequest, pk: int, token_pk: int) -> HttpResponse:
    """End one of somebody's tokens; they are told."""
    person = get_object_or_404(User, pk=pk)
    services.revoke_token(get_object_or_404(person.api_tokens, pk=token_pk), by=request.user)
    return redirect("accounts_user", pk)


@require_http_methods(["GET", "POST"])
@requires(Capability.USER_MANAGE)
def create(request: SignedInRequest) -> HttpResponse:
    """Make a person and show the first password once."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_admin = form.cleaned_data["is_superuser"]
        with transaction.atomic():
            person, password = services.create_user(
                form.cleaned_data["username"], form.cleaned_data["full_name"], is_admin=is_admin
            )
            tell_of_person(request.user, "user.create", person, is_admin=is_admin)
        return _first_password(request, person, password)
    context = {"form": form, "nav": "users"}
    return render(request, "accounts/user_new.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Capability.USER_MANAGE)
@transaction.atomic
def action(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Change what one person may do on the site, sign them out or reset their password."""
    person = get_object_or_404(User, pk=pk)
    if verb == "reset-password":
        return _first_password(request, person, services.reset_password(person, by=request.user))
    if verb in {"lock", "unlock"}:
        services.set_active(person, verb == "unlock", by=request.user)
    elif verb in {"promote", "demote"}:
        services.set_admin(person, verb == "promote", by=request.user)
    elif verb in {"audit", "unaudit"}:
        services.set_auditor(person, verb == "audit", by=request.user)
    else:
        ended = services.end_sessions(person)
        tell_of_person(request.user, "user.sign_out", person, sessions_ended=ended)
    return redirect("accounts_users")


def _first_password(request: SignedInRequest, person: User, password: str) -> HttpResponse:
    context = {
        "person": person,
        "password": password,
        "nav": "users",
        "heading": _("First password of %(name)s") % {"name": person.username},
    }
    response = render(request, "accounts/first_password.html", context)
    response["Cache-Control"] = "no-store"
    return response
