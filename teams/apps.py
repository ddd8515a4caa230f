"""Teams as people meet them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    """Pages and API of teams."""

    name = "teams"
    verbose_name = _("Teams")
