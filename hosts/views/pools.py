"""What people say of a host's pools."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import Capability, requires
from hosts.models import StoragePool
from hosts.services.pools import declare_shared


@requires(Capability.HOST_MANAGE)
@require_POST
def share(request: HttpRequest, pool_id: int) -> HttpResponse:
    """Declare a pool shared with other hosts (`shared=1`), or take that back."""
    pool = get_object_or_404(StoragePool.objects.select_related("host"), pk=pool_id)
    declare_shared(pool, request.POST.get("shared") == "1", request.user)
    if getattr(request, "htmx", False):
        shared, own = _("%(pool)s counts as shared"), _("%(pool)s counts as the host’s own")
        words = shared if pool.is_shared else own
        toast = {"tone": "leaf", "text": words % {"pool": pool.name}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})
    return redirect("hosts:tab", pool.host_id, "storage")
