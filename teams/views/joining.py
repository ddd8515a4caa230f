"""Come in by an invitation, with the account one has or with a new one."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import ActionRefused, Capability, requires
from accounts.sign_in.policy import is_complete
from teams.forms import JoinForm
from teams.services import invitations
from teams.services.roles import role_names

BACKEND = "accounts.sign_in.people.PeopleBackend"


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Capability.PUBLIC)
def join(request: HttpRequest, key: str) -> HttpResponse:
    """Show what the invitation is for; on POST take it."""
    row = invitations.find(key)
    if row is None:
        return render(request, "teams/join_over.html", status=404)
    if _is_unfinished(request):
        return redirect("overview")  # which leads to what is still to be done
    form = JoinForm(request.POST if "username" in request.POST else None)
    if request.method == "POST":
        answer = _take(request, key, form)
        if answer is not None:
            return answer
    context = {"invitation": row, "form": form, "role": role_names().get(row.role, row.role)}
    return render(request, "teams/join.html", context, status=400 if form.errors else 200)


def _take(request: HttpRequest, key: str, form: JoinForm) -> HttpResponse | None:
    """Let the caller in; None where the form has to be shown again."""
    if request.user.is_authenticated:
        team = invitations.accept(key, request.user)
        return redirect("teams:overview", team.slug)
    if not form.is_valid():
        return None
    try:
        user = invitations.accept_as_new(key, **_words(form.cleaned_data))
    except ValidationError as error:
        form.add_error("password", error)
        return None
    except ActionRefused as refusal:
        form.add_error(None, refusal.message)
        return None
    except IntegrityError:  # two chose the same name at once
        form.add_error("username", _("Somebody has this user name already."))
        return None
    login(request, user, backend=BACKEND)
    return redirect("overview")


def _is_unfinished(request: HttpRequest) -> bool:
    """Say whether a new password or a second factor is still owed by who is signed in."""
    user = request.user
    return user.is_authenticated and (
        user.must_change_password or not is_complete(user, request.session)
    )


def _words(data: dict[str, Any]) -> dict[str, str]:
    return {name: str(data[name]) for name in ("username", "full_name", "password")}
