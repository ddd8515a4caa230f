"""The pages of groups of hosts."""

from django.urls import path

from . import views

app_name = "processors"
urlpatterns = [
    path("hosts/processors/", views.groups, name="list"),
    path("hosts/processors/new/", views.new, name="new"),
    path("hosts/processors/<int:pk>/", views.group, name="group"),
    path("hosts/processors/<int:pk>/body/", views.body, name="body"),
    path("hosts/processors/<int:pk>/edit/", views.edit, name="edit"),
    path("hosts/processors/<int:pk>/find/", views.find, name="find"),
    path("hosts/processors/<int:pk>/use/", views.use, name="use"),
    path("hosts/processors/<int:pk>/delete/", views.delete, name="delete"),
]
