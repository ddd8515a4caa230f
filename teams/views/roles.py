"""The table of roles, and the site's own ones."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActionRefused, Capability, requires
from accounts.capabilities import TEAM_CAPABILITIES
from accounts.models import CustomRole
from accounts.requests import SignedInRequest
from teams.forms import RoleForm
from teams.services import roles


@require_safe
@requires(Capability.USER_MANAGE)
def table(request: SignedInRequest) -> HttpResponse:
    """Show who may do what."""
    allowed = {key: roles.capabilities_of(key) for key in roles.role_names()}
    context = {
        "roles": roles.role_names().items(),
        "own": CustomRole.objects.all(),
        "lines": [
            (one.label, [str(one) in allowed[key] for key in allowed]) for one in TEAM_CAPABILITIES
        ],
    }
    return render(request, "teams/roles.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.USER_MANAGE)
def edit(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Make or change one of the site's own roles."""
    role = get_object_or_404(CustomRole, pk=pk) if pk is not None else None
    form = RoleForm(request.POST or None, role=role)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            roles.save_role(
                role, data["name"], data["description"], data["capabilities"], request.user
            )
        except ActionRefused as refusal:
            form.add_error("name", refusal.message)
        else:
            return redirect("roles:table")
    context = {"form": form, "role": role}
    return render(request, "teams/role.html", context, status=400 if form.errors else 200)


@require_POST
@requires(Capability.USER_MANAGE)
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove a role that nobody has."""
    roles.delete_role(get_object_or_404(CustomRole, pk=pk), request.user)
    return redirect("roles:table")
