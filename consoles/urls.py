"""The pages of this room."""

from django.urls import path

from . import views

app_name = "consoles"
urlpatterns = [
    path("<int:pk>/console/", views.room, name="room"),
    path("<int:pk>/console/serial/", views.serial, name="serial"),
    path("<int:pk>/console/panel/", views.panel, name="panel"),
    path("<int:pk>/console/ticket/", views.ticket, name="ticket"),
]
