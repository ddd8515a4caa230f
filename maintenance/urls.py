"""The pages of this room."""

from django.urls import path

from . import balancing_views, views

app_name = "maintenance"
urlpatterns = [
    path("hosts/<int:pk>/maintenance/", views.host_plan, name="host"),
    path("hosts/<int:pk>/maintenance/check/", views.check_machines, name="check"),
    path("hosts/<int:pk>/maintenance/end/", views.end, name="end"),
    path("plans/", views.all_plans, name="plans"),
    path("plans/<int:plan_id>/", views.plan, name="plan"),
    path("plans/<int:plan_id>/body/", views.plan_body, name="body"),
    path("plans/<int:plan_id>/go-on/", views.resume, name="go_on"),
    path("plans/steps/<int:step_id>/", views.step_choice, name="step"),
    path("hosts/balance/", balancing_views.balance, name="balance"),
    path("hosts/balance/automatic/", balancing_views.automatic, name="automatic"),
]
