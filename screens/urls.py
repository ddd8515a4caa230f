"""The pages of this room."""

from django.urls import path

from . import views

app_name = "screens"
urlpatterns = [
    path("wall/", views.wall, name="wall"),
    path("wall/look/", views.look, name="look"),
    path("machines/<int:pk>/screen/", views.picture, name="picture"),
]
