"""The pages of this room."""

from django.urls import path

from hosts.views import actions, adding, pages, pools

app_name = "hosts"
urlpatterns = [
    path("", pages.host_list, name="list"),
    path("add/", adding.add, name="add"),
    path("guesthouse.pub", adding.public_key, name="public_key"),
    path("tests/<int:job_id>/", adding.test_steps, name="test"),
    path("pools/<int:pool_id>/shared/", pools.share, name="share_pool"),
    path("<int:pk>/", pages.host_detail, name="detail"),
    path("<int:pk>/card/", pages.host_card, name="card"),
    path("<int:pk>/row/", pages.host_row, name="row"),
    path("<int:pk>/edit/", adding.edit, name="edit"),
    path("<int:pk>/remove/", adding.remove, name="remove"),
    path("<int:pk>/teams/", actions.teams, name="teams"),
    path("<int:pk>/fix/", actions.fix, name="fix"),
    path("<int:pk>/do/<slug:action>/", actions.host_action, name="action"),
    path("<int:pk>/body/<slug:tab>/", pages.host_body, name="body"),
    path("<int:pk>/<slug:tab>/", pages.host_detail, name="tab"),
]
