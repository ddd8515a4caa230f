"""The page of a machine's copies."""

from django.urls import path

from .views.copies import copies

app_name = "copies"
urlpatterns = [path("machines/<int:pk>/copies/", copies, name="machine")]
