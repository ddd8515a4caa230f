"""The pages of this room."""

from django.urls import path

from . import views

app_name = "posture"
urlpatterns = [
    path("posture/", views.site, name="site"),
    path("posture/look/", views.look, name="look"),
    path("posture/findings/<int:pk>/accept/", views.accept, name="accept"),
    path("posture/findings/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("teams/<slug:slug>/posture/", views.team, name="team"),
    path("machines/<int:pk>/posture/", views.machine, name="machine"),
]
