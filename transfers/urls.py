"""The pages of this room."""

from django.urls import path

from . import views

app_name = "transfers"
urlpatterns = [
    path("<int:pk>/files/", views.of_machine, name="machine"),
    path("<int:pk>/files/panel/", views.panel, name="panel"),
    path("<int:pk>/files/rows/", views.rows, name="rows"),
    path("<int:pk>/files/send/", views.send, name="send"),
    path("<int:pk>/files/fetch/", views.fetch, name="fetch"),
    path("<int:pk>/files/<int:transfer_id>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/files/<int:transfer_id>/save/", views.save, name="save"),
]
