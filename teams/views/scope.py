"""Switch between one team and all of them."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from accounts.scope import choose


@require_POST
@requires(Capability.TEAM_VIEW)
def switch(request: SignedInRequest) -> HttpResponse:
    """Narrow the pages to one team, or widen them; a team one does not see widens."""
    choose(request.session, request.user, request.POST.get("team", ""))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "overview")
