"""The pages of this room."""

from django.urls import path

from .views import changes, pages, schedules

app_name = "snapshots"
urlpatterns = [
    path("<int:pk>/snapshots/", pages.machine, name="machine"),
    path("<int:pk>/snapshots/tree/", pages.tree, name="tree"),
    path("<int:pk>/snapshots/take/", changes.take, name="take"),
    path("<int:pk>/snapshots/merge/", changes.merge, name="merge"),
    path("<int:pk>/snapshots/<int:snapshot_id>/revert/", changes.revert, name="revert"),
    path("<int:pk>/snapshots/<int:snapshot_id>/edit/", changes.edit, name="edit"),
    path("<int:pk>/snapshots/<int:snapshot_id>/delete/", changes.delete, name="delete"),
    path("<int:pk>/snapshot-schedules/", schedules.schedules, name="schedules"),
    path(
        "<int:pk>/snapshot-schedules/<int:schedule_id>/delete/",
        schedules.delete,
        name="schedule_delete",
    ),
]
