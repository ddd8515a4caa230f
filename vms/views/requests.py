"""A request after the capability middleware: somebody is signed in."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What views that are not public get."""

    user: User
    htmx: HtmxDetails
