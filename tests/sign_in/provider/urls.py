"""The provider's addresses: its own sign-in is a link that says who one is."""

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def be(request: HttpRequest, username: str) -> HttpResponse:
    """Sign the person in at the provider."""
    user = get_user_model().objects.get(username=username)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(username)


urlpatterns = [
    path("be/<str:username>/", be),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
