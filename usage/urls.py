"""The pages of this room."""

from django.urls import path

from . import views

app_name = "usage"
urlpatterns = [
    path("usage/", views.month, name="own"),
    path("usage/export.csv", views.export, name="own-csv"),
    path("teams/<slug:slug>/usage/", views.month, name="team"),
    path("teams/<slug:slug>/usage/export.csv", views.export, name="team-csv"),
]
