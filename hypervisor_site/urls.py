"""The site map."""

from django.urls import include, path

from . import views
from .api import api
from .calm import card
from .metrics import metrics
from .overview import overview
from .search import search

handler404 = "hypervisor_site.views.not_found"

urlpatterns = [
    path("", overview, name="overview"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", api.urls),
    path("metrics", metrics, name="metrics"),
    path("search/", search, name="search"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language/", views.language, name="language"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("accounts.urls")),
    path("account/", include("accounts.sign_in.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/factors/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("", include("maintenance.urls")),  # before the tabs of a host
    path("", include("migration.processors.urls")),
    path("hosts/", include("hosts.urls")),
    path("", include("notices.urls")),
    path("requests/", include("approvals.urls")),
    path("", include("quotas.urls")),
    path("", include("usage.urls")),
    path("", include("posture.urls")),  # before the tabs of teams and machines
    path("jobs/", include("jobs.urls")),
    path("networks/", include("hosts.network_urls")),
    path("settings/catalogue/", include("catalogue.urls")),
    path("teams/", include("teams.urls")),
    path("settings/roles/", include("teams.role_urls")),
    path("machines/<int:pk>/card/", card, name="own_card"),
    path("machines/", include("vms.urls")),
    path("machines/", include("snapshots.urls")),
    path("", include("screens.urls")),
    path("", include("backups.urls")),
    path("", include("migration.copy_urls")),
    path("", include("addresses.urls")),
    path("machines/", include("transfers.urls")),
    path("", include("recordings.urls")),
    path("", include("migration.urls")),
    path("machines/", include("consoles.urls")),
    path("w/", include("consoles.visit_urls")),
]
