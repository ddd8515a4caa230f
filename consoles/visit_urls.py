"""Where links to consoles lead."""

from django.urls import path

from .views import visit
from .views.room import PARTS

app_name = "visit"
urlpatterns = [
    path("<str:key>/", visit.visit, name="room"),
    *(path(f"<str:key>/{name}/", visit.part, {"name": name}, name=name) for name in PARTS),
    path("<str:key>/hands/", visit.hands, name="hands"),
    path("<str:key>/ticket/", visit.ticket, name="ticket"),
]
