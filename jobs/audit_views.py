"""The pages of the audit record: search it, check it, take it along."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, requires

from . import audit
from .audit import giving, search
from .audit.words import OUTCOMES
from .recording import address_of

PER_PAGE = 50


@require_safe
@requires(Capability.AUDIT_VIEW)
def record(request: HttpRequest) -> HttpResponse:
    """Show the lines asked for, newest first, and whether the chain holds where asked."""
    wish = search.wanted(request.GET.dict())
    context = {
        "wish": wish,
        "page": Paginator(search.find(wish), PER_PAGE).get_page(request.GET.get("page")),
        "outcomes": {name: look[0] for name, look in OUTCOMES.items()},
        "verdict": audit.inspect() if "check" in request.GET else None,
    }
    return render(request, "jobs/record.html", context)


@require_safe
@requires(Capability.AUDIT_VIEW)
def export(request: HttpRequest, verb: str) -> StreamingHttpResponse:
    """Give the lines asked for as a file, oldest first; that is recorded too."""
    wish = search.wanted(request.GET.dict())
    audit.record(
        request.user,
        "audit.export",
        detail={"format": verb, "query": request.META.get("QUERY_STRING", "")[:300]},
        ip=address_of(request),
    )
    lines = search.find(wish).order_by("seq").iterator(chunk_size=2000)
    content = giving.table(lines) if verb == "csv" else giving.json_lines(lines)
    kind = "text/csv; charset=utf-8" if verb == "csv" else "application/jsonl"
    name = f"guesthouse-audit-{timezone.localdate():%Y-%m-%d}.{verb}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)
