"""The pages of this room."""

from django.urls import path, re_path

from . import audit_views, views

app_name = "jobs"
urlpatterns = [
    path("", views.history, name="list"),
    path("drawer/", views.drawer, name="drawer"),
    path("record/", audit_views.record, name="record"),
    re_path(r"^record/export/(?P<verb>csv|jsonl)/$", audit_views.export, name="record-export"),
    path("pill/", views.pill, name="pill"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/line/", views.line, name="line"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/retry/", views.retry, name="retry"),
]
