"""The site with a page that fails, to see what people get then."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.access import Capability, requires
from hypervisor_site.urls import urlpatterns as known


@requires(Capability.PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError("a secret of the house")


urlpatterns = [*known, path("broken/", broken)]
