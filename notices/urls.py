"""The pages of this room."""

from django.urls import path, re_path

from .views import people, webhooks

app_name = "notices"
urlpatterns = [
    path("settings/webhooks/", webhooks.site_list, name="webhooks"),
    path("teams/<slug:slug>/webhooks/", webhooks.team_list, name="team"),
    path("teams/<slug:slug>/targets/", people.add_team_target, name="team-target"),
    path("webhooks/<int:pk>/", webhooks.detail, name="webhook"),
    path("webhooks/<int:pk>/deliveries/", webhooks.deliveries, name="deliveries"),
    path("webhooks/<int:pk>/deliveries/<int:delivery_pk>/again/", webhooks.again, name="again"),
    re_path(
        r"^webhooks/(?P<pk>\d+)/(?P<verb>test|secret|on|off|delete)/$",
        webhooks.act,
        name="webhook-act",
    ),
    path("notices/", people.mine, name="mine"),
    path("notices/bell/", people.bell, name="bell"),
    path("notices/drawer/", people.drawer, name="drawer"),
    path("notices/read/", people.read, name="read"),
    path("account/notices/", people.targets, name="targets"),
    path("account/notices/mail/", people.mail, name="mail"),
    re_path(r"^account/notices/(?P<pk>\d+)/(?P<verb>test|remove)/$", people.act, name="target-act"),
]
