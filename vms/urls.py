"""The pages of this room."""

from django.urls import path

from . import converters  # noqa: F401 - registers itself
from .views import actions, create, detail, groups, machines, medium, recycled, sharing

app_name = "vms"
urlpatterns = [
    path("", machines.machines, name="list"),
    path("filters/", machines.filters, name="filters"),
    path("bulk/", machines.bulk, name="bulk"),
    path("bulk/settings/", machines.bulk_settings, name="bulk_settings"),
    path("bin/", recycled.recycle_bin, name="bin"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.new_group, name="group_new"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/change/", groups.change_group, name="group_change"),
    path("groups/<int:pk>/delete/", groups.remove_group, name="group_delete"),
    path("views/", machines.save_view, name="view_save"),
    path("views/<int:pk>/delete/", machines.delete_view, name="view_delete"),
    path("new/", create.new_machine, name="create"),
    path("new/summary/", create.summary, name="create_summary"),
    path("new/made/", create.created, name="created"),
    path("<int:pk>/", detail.overview, name="detail"),
    path("<int:pk>/hardware/", detail.hardware, name="hardware"),
    path("<int:pk>/history/", detail.history, name="history"),
    path("<int:pk>/metrics/", detail.metrics, name="metrics"),
    path("<int:pk>/head/", detail.head, name="head"),
    path("<int:pk>/part/<slug:name>/", detail.part, name="part"),
    path("<int:pk>/row/", machines.row, name="row"),
    path("<int:pk>/menu/", machines.menu, name="menu"),
    path("<int:pk>/<power:action>/", actions.power, name="action"),
    path("<int:pk>/rename/", actions.rename, name="rename"),
    path("<int:pk>/autostart/", actions.autostart, name="autostart"),
    path("<int:pk>/protect/", actions.protect, name="protect"),
    path("<int:pk>/tags/", actions.tags, name="tags"),
    path("<int:pk>/keep/", actions.keep, name="keep"),
    path("<int:pk>/share/", sharing.share, name="share"),
    path("<int:pk>/share/<int:user_id>/", sharing.change, name="share_change"),
    path("<int:pk>/share/<int:user_id>/remove/", sharing.remove, name="share_remove"),
    path("<int:pk>/share/undo/<str:token>/", sharing.undo, name="share_undo"),
    path("<int:pk>/describe/", actions.describe, name="describe"),
    path("<int:pk>/medium/", medium.medium, name="medium"),
    path("<int:pk>/delete/", actions.delete, name="delete"),
    path("<int:pk>/recover/", actions.recover, name="recover"),
]
