"""The pages of teams' own networks."""

from django.urls import path

from hosts.views import networks

app_name = "networks"
urlpatterns = [
    path("", networks.network_list, name="list"),
    path("new/", networks.new_network, name="new"),
    path("<int:pk>/delete/", networks.delete_network, name="delete"),
]
