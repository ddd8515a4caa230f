"""The pages of jobs: history, drawer, one job, and the buttons on them."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability, allows, is_admin, requires

from . import listing, services
from .models import Job
from .targets import link_of

PER_PAGE = 50
IN_DRAWER = 12


def get_job(request: HttpRequest, pk: int) -> Job:
    """Return a job that the person may see; anybody else's is 404."""
    jobs = Job.objects.visible_to(request.user).select_related("actor")
    return get_object_or_404(jobs, pk=pk)


@require_safe
@requires(Capability.JOB_VIEW)
def history(request: HttpRequest) -> HttpResponse:
    """Show what is being done and what was done."""
    wish = listing.wanted(request.GET.dict(), request.GET.getlist("state"))
    jobs = listing.jobs_wanted(request.user, wish)
    page = Paginator(listing.over(jobs, wish), PER_PAGE).get_page(request.GET.get("page"))
    running = [] if wish.states else list(jobs.active()[:100])
    context = {
        "wish": wish,
        "page": page,
        "running": [_shown(request, job) for job in running],
        "jobs": [_shown(request, job) for job in page],
        "states": listing.STATES,
        "spans": {name: words for name, (_span, words) in listing.SPANS.items()},
        "kinds": listing.kinds_to_choose(),
        "sees_record": allows(request.user, Capability.AUDIT_VIEW),
    }
    return render(request, "jobs/history.html", context)


@require_safe
@requires(Capability.JOB_VIEW)
def drawer(request: HttpRequest) -> HttpResponse:
    """Show the newest jobs, those that go on first."""
    jobs = Job.objects.visible_to(request.user).select_related("actor")
    running = list(jobs.active()[:IN_DRAWER])
    recent = list(jobs.exclude(state__in=["queued", "running"])[:IN_DRAWER])
    context = {
        "running": [_shown(request, job) for job in running],
        "recent": [_shown(request, job) for job in recent],
    }
    return render(request, "jobs/_drawer.html", context)


@require_safe
@requires(Capability.JOB_VIEW)
def pill(request: HttpRequest) -> HttpResponse:
    """Show how many jobs go on."""
    return render(request, "jobs/_pill_link.html")


@require_safe
@requires(Capability.JOB_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job: how far it is, or how it ended and what to do next."""
    job = get_job(request, pk)
    template = "jobs/_job.html" if request.headers.get("HX-Request") else "jobs/detail.html"
    return render(request, template, {"shown": _shown(request, job), "job": job})


@require_safe
@requires(Capability.JOB_VIEW)
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job as one line."""
    return render(request, "jobs/_line.html", _shown(request, get_job(request, pk)))


@require_POST
@requires(Capability.JOB_VIEW)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to stop a job."""
    job = get_job(request, pk)
    job = services.request_cancel(job, request.user)
    words = _("Cancelled") if not job.is_active else _("Asked to stop")
    return _answer(request, job, words, "amber")


@require_POST
@requires(Capability.JOB_VIEW)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the same work once more."""
    again = services.request_retry(get_job(request, pk), request.user)
    return _answer(request, again, _("Asked for again"), "iris")


def _shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    """Return what the templates of a job need beside the row."""
    return {
        "job": job,
        "link": link_of(job),
        "may_cancel": job.is_cancellable and services.may_cancel(job, request.user),
        "may_retry": services.can_retry(job),
        "sees_detail": is_admin(request.user),
    }


def _answer(request: HttpRequest, job: Job, words: str, tone: str) -> HttpResponse:
    """Answer a press: a toast to htmx, the page it came from otherwise."""
    if request.headers.get("HX-Request"):
        toast = {
            "tone": tone,
            "text": words,
            "more": job.sentence,
            "link": reverse("jobs:detail", args=[job.pk]),
        }
        toast["link_label"] = _("Show")
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return redirect("jobs:detail", pk=job.pk)
