"""Teams, what they may have and what they ask for."""

from .words import LOOKS, TEAM, UNDO, Offer, PartOf

OFFERED: dict[str, Offer] = {
    # Requests, limits and costs
    "requests/": "GET /requests",
    "requests/<int:pk>/row/": PartOf("requests/"),
    "requests/more/": "POST /requests",
    r"requests/(?P<pk>\d+)/approve/": "POST /requests/{pk}/approve",
    r"requests/(?P<pk>\d+)/decline/": "POST /requests/{pk}/decline",
    r"requests/(?P<pk>\d+)/withdraw/": "POST /requests/{pk}/withdraw",
    "settings/quotas/": "GET /quota/each, PUT /quota/each",
    "teams/<slug:slug>/quota/": "GET /teams/{pk}/quota, PUT /teams/{pk}/quota",
    "teams/<slug:slug>/quota/<int:pk>/": "GET /teams/{pk}/quota, PUT /teams/{pk}/quota",
    "usage/": "GET /usage",
    "usage/export.csv": "GET /usage",
    "teams/<slug:slug>/usage/": "GET /usage",
    "teams/<slug:slug>/usage/export.csv": "GET /usage",
    # Teams
    "teams/": "GET /teams",
    "teams/new/": "POST /teams",
    "teams/scope/": LOOKS,
    "teams/join/<str:key>/": "POST /teams/join",
    "teams/<slug:slug>/": f"GET {TEAM}, GET /teams/{{pk}}/quota, GET /usage, GET /requests",
    "teams/<slug:slug>/members/": f"GET {TEAM}/members, GET {TEAM}/invitations",
    "teams/<slug:slug>/members/add/": f"POST {TEAM}/members",
    "teams/<slug:slug>/members/<int:pk>/role/": f"PATCH {TEAM}/members/{{user_id}}",
    "teams/<slug:slug>/members/<int:pk>/remove/": (
        f"DELETE {TEAM}/members/{{user_id}}, DELETE {TEAM}/membership"
    ),
    "teams/<slug:slug>/undo/": UNDO,
    "teams/<slug:slug>/invite/": f"POST {TEAM}/invitations",
    "teams/<slug:slug>/invitations/<int:pk>/revoke/": (
        f"DELETE {TEAM}/invitations/{{invitation_id}}"
    ),
    "teams/<slug:slug>/service-accounts/": (
        f"GET {TEAM}/service-accounts, GET {TEAM}/service-accounts/{{account_id}}/tokens"
    ),
    "teams/<slug:slug>/service-accounts/new/": f"POST {TEAM}/service-accounts",
    "teams/<slug:slug>/service-accounts/<int:pk>/change/": (
        f"PATCH {TEAM}/service-accounts/{{account_id}}"
    ),
    "teams/<slug:slug>/service-accounts/<int:pk>/token/": (
        f"POST {TEAM}/service-accounts/{{account_id}}/tokens"
    ),
    "teams/<slug:slug>/service-accounts/<int:pk>/tokens/<int:token_pk>/revoke/": (
        f"DELETE {TEAM}/service-accounts/{{account_id}}/tokens/{{token_id}}"
    ),
    "teams/<slug:slug>/service-accounts/<int:pk>/<str:verb>/": (
        f"PATCH {TEAM}/service-accounts/{{account_id}}, "
        f"DELETE {TEAM}/service-accounts/{{account_id}}"
    ),
    "teams/<slug:slug>/hand-out/": f"POST {TEAM}/hand-out",
    "teams/<slug:slug>/hand-out/summary/": PartOf("teams/<slug:slug>/hand-out/"),
    "teams/<slug:slug>/settings/": f"PATCH {TEAM}",
    "teams/<slug:slug>/history/": f"GET {TEAM}/history",
    "teams/<slug:slug>/delete/": f"DELETE {TEAM}",
    "settings/roles/": "GET /roles",
    "settings/roles/new/": "POST /roles",
    "settings/roles/<int:pk>/": "PATCH /roles/{role_id}",
    "settings/roles/<int:pk>/delete/": "DELETE /roles/{role_id}",
}
