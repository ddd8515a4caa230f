"""The pages of this room."""

from django.urls import path

from . import views

app_name = "backups"
urlpatterns = [
    path("backups/", views.everything, name="all"),
    path("backups/<int:backup_id>/restore/", views.restore, name="restore"),
    path("backups/<int:backup_id>/delete/", views.delete, name="delete"),
    path("machines/<int:pk>/backups/", views.of_machine, name="machine"),
    path("machines/<int:pk>/backups/place/", views.place, name="place"),
]
