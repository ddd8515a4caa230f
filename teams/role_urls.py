"""The pages of roles."""

from django.urls import path

from .views import roles

app_name = "roles"
urlpatterns = [
    path("", roles.table, name="table"),
    path("new/", roles.edit, name="new"),
    path("<int:pk>/", roles.edit, name="edit"),
    path("<int:pk>/delete/", roles.delete, name="delete"),
]
