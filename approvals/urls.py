"""The pages of this room."""

from django.urls import path, re_path

from . import views

app_name = "requests"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:pk>/row/", views.row, name="row"),
    path("more/", views.ask_more, name="more"),
    re_path(r"^(?P<pk>\d+)/(?P<verb>approve|decline|withdraw)/$", views.act, name="act"),
]
