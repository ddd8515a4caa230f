"""The pages of this room."""

from django.urls import path

from . import views

app_name = "recordings"
urlpatterns = [
    path("recordings/", views.everything, name="all"),
    path("recordings/<int:recording_id>/", views.play, name="play"),
    path("recordings/<int:recording_id>/index/", views.index, name="index"),
    path("recordings/<int:recording_id>/content/", views.content, name="content"),
    path("recordings/<int:recording_id>/download/", views.download, name="download"),
    path("recordings/<int:recording_id>/video/", views.video, name="video"),
    path("recordings/<int:recording_id>/video/make/", views.make_video, name="make_video"),
    path("recordings/<int:recording_id>/video/stop/", views.stop_video, name="stop_video"),
    path("recordings/<int:recording_id>/video/state/", views.video_state, name="video_state"),
    path("recordings/<int:recording_id>/delete/", views.delete, name="delete"),
    path("machines/<int:pk>/recordings/", views.of_machine, name="machine"),
]
