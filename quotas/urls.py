"""The pages of this room."""

from django.urls import path

from . import views

app_name = "quotas"
urlpatterns = [
    path("settings/quotas/", views.site, name="site"),
    path("teams/<slug:slug>/quota/", views.team, name="team"),
    path("teams/<slug:slug>/quota/<int:pk>/", views.member, name="member"),
]
