"""The pages of this room."""

from django.urls import path

from . import views

app_name = "catalogue"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("sizes/new/", views.add_size, name="size_new"),
    path("sizes/<int:pk>/", views.edit_size, name="size"),
    path("sizes/<int:pk>/delete/", views.delete_size, name="size_delete"),
    path("sizes/<int:pk>/move/", views.move_size, name="size_move"),
    path("images/", views.offer_image, name="image"),
    path("networks/<int:pk>/", views.offer_network, name="network"),
]
