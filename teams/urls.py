"""The pages of teams."""

from django.urls import path

from .views import handing, joining, pages, people, scope, undoing
from .views import service_accounts as services

app_name = "teams"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("new/", pages.create, name="new"),
    path("scope/", scope.switch, name="scope"),
    path("join/<str:key>/", joining.join, name="join"),
    path("<slug:slug>/", pages.overview, name="overview"),
    path("<slug:slug>/members/", pages.members, name="members"),
    path("<slug:slug>/members/add/", people.add, name="add"),
    path("<slug:slug>/members/<int:pk>/role/", people.role, name="role"),
    path("<slug:slug>/members/<int:pk>/remove/", people.remove, name="remove"),
    path("<slug:slug>/undo/", undoing.undo, name="undo"),
    path("<slug:slug>/invite/", people.invite, name="invite"),
    path("<slug:slug>/invitations/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("<slug:slug>/service-accounts/", services.listing, name="services"),
    path("<slug:slug>/service-accounts/new/", services.create, name="service-new"),
    path("<slug:slug>/service-accounts/<int:pk>/change/", services.change, name="service-change"),
    path("<slug:slug>/service-accounts/<int:pk>/token/", services.make_token, name="service-token"),
    path(
        "<slug:slug>/service-accounts/<int:pk>/tokens/<int:token_pk>/revoke/",
        services.revoke_token,
        name="service-revoke",
    ),
    path("<slug:slug>/service-accounts/<int:pk>/<str:verb>/", services.act, name="service-act"),
    path("<slug:slug>/hand-out/", handing.hand_out, name="hand-out"),
    path("<slug:slug>/hand-out/summary/", handing.summary, name="hand-out-summary"),
    path("<slug:slug>/settings/", pages.settings, name="settings"),
    path("<slug:slug>/history/", pages.history, name="history"),
    path("<slug:slug>/delete/", pages.delete, name="delete"),
]
