"""The pages of this room."""

from django.urls import path

from . import views

app_name = "addresses"
urlpatterns = [
    path("networks/<int:pk>/addresses/", views.of_network, name="network"),
    path("machines/<int:pk>/addresses/", views.of_machine, name="machine"),
    path("machines/<int:pk>/addresses/new/", views.reserve, name="reserve"),
    path("machines/<int:pk>/addresses/<int:address_id>/back/", views.give_back, name="back"),
]
