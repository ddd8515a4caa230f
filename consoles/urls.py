"""The pages of this room."""

from django.urls import path

from .views import pages, room, tickets

app_name = "consoles"
urlpatterns = [
    path("<int:pk>/console/", pages.room, name="room"),
    path("<int:pk>/console/serial/", pages.serial, name="serial"),
    path("<int:pk>/console/panel/", pages.panel, name="panel"),
    *(
        path(f"<int:pk>/console/{name}/", room.part, {"name": name}, name=name)
        for name in room.PARTS
    ),
    path("<int:pk>/console/hands/", room.hands, name="hands"),
    path("<int:pk>/console/ticket/", tickets.ticket, name="ticket"),
]
