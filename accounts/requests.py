"""A request whose sender is known."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import User


class SignedInRequest(HttpRequest):
    """What a view gets that declares more than PUBLIC: the middleware let only people through."""

    user: User
    htmx: HtmxDetails
