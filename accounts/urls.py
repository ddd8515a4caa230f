"""Pages about people, beside those of allauth."""

from django.urls import path, re_path

from .views import own, users

urlpatterns = [
    path("preferences/", own.preferences, name="account_preferences"),
    path("tokens/", own.tokens, name="accounts_tokens"),
    path("tokens/<int:pk>/revoke/", own.revoke_token, name="accounts_revoke_token"),
    path("users/", users.users, name="accounts_users"),
    path("users/new/", users.create, name="accounts_user_new"),
    path("users/<int:pk>/", users.user, name="accounts_user"),
    path(
        "users/<int:pk>/tokens/<int:token_pk>/revoke/",
        users.revoke_token,
        name="accounts_revoke_user_token",
    ),
    re_path(
        r"^users/(?P<pk>\d+)/(?P<verb>lock|unlock|promote|demote|audit|unaudit|reset-password|sign-out)/$",
        users.action,
        name="accounts_user_action",
    ),
]
