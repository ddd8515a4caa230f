"""The page of proposals that spread machines, and the switch that lets them go by themselves."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Capability, requires
from accounts.requests import SignedInRequest
from jobs.numbers import ids_in

from .loads import Advice
from .services.balancing import begin_balance, switch


@requires(Capability.HOST_MANAGE)
@require_http_methods(["GET", "POST"])
def balance(request: SignedInRequest) -> HttpResponse:
    """Show what is proposed; do the ticked ones by one plan."""
    advice = Advice()
    if request.method == "POST":
        job = begin_balance(advice, request.user, ids_in(request.POST.getlist("vm")))
        return redirect("maintenance:plan", job.target_id)
    return render(request, "maintenance/balance.html", {"advice": advice, "rule": advice.rule})


@requires(Capability.HOST_MANAGE)
@require_POST
def automatic(request: SignedInRequest) -> HttpResponse:
    """Switch on, or off, that proposals are done by themselves; set what counts as uneven."""
    text = request.POST.get("threshold", "")
    switch(request.user, is_on="on" in request.POST, threshold=int(text) if text.isdecimal() else 0)
    return redirect("maintenance:balance")
