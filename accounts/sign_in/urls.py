"""Where people sign in, beside what allauth offers; these come before its own."""

from allauth.socialaccount import views as allauth_views
from django.urls import include, path

from . import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", views.SignOutView.as_view(), name="account_logout"),
    path("help/", views.ask, name="account_help"),
    path("password/reset/", views.ForgottenView.as_view(), name="account_reset_password"),
    path("sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
    path("sessions/end-all/", views.end_everywhere, name="account_end_everywhere"),
    path("with/<slug:provider_id>/", views.to_organisation, name="openid_connect_login"),
    path("with/<slug:provider_id>/back/", views.from_organisation, name="openid_connect_callback"),
    path("saml/", include("accounts.sign_in.saml.urls")),
    path("with/-/cancelled/", allauth_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("with/-/failed/", allauth_views.login_error, name="socialaccount_login_error"),
    path("with/-/new/", allauth_views.signup, name="socialaccount_signup"),
]
