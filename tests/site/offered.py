"""Which operation of the API does the same as each page, and why there is none for some.

Every route is here: with the operations that do what the page does and tell what it shows, with
the page that it is a part of, or with the reason why programs have nothing of the kind.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Why:
    """Why there is no operation for a page."""

    text: str


@dataclass(frozen=True, slots=True)
class PartOf:
    """A page's part, or a step on the way to it; that page's operations are its own."""

    page: str


Offer: TypeAlias = str | Why | PartOf  # operations, with commas between them

DOOR = Why("how a browser signs in and out; programs come with tokens")
FACTOR = Why("second factors are set up and given in a browser; tokens are made with them")
PASSWORD = Why("people choose their own password in a browser; programs have none")
LOOKS = Why("how pages look to one person: language, theme, team shown, lists kept")
UNDO = Why("takes back the last click of a browser; programs ask for the opposite")
LINK = Why("for who comes by a link to a console, with no account to call with")
STATE = Why("for monitors and proxies, outside of the API")
TEXT = Why("a page to read, about nothing that is kept")
STREAM = Why("gives the player of a page what it needs next; the file is GET /recordings/{id}/file")

VM = "/vms/{vm_id}"
HOST = "/hosts/{host_id}"
TEAM = "/teams/{team_id}"

OFFERED: dict[str, Offer] = {
    # The site
    "": "GET /vms, GET /hosts, GET /jobs",
    "search/": "GET /vms, GET /hosts, GET /teams, GET /users",
    "healthz": STATE,
    "readyz": STATE,
    "metrics": STATE,
    "accessibility/": TEXT,
    "language/": LOOKS,
    "i18n/setlang/": LOOKS,
    # People
    "account/preferences/": LOOKS,
    "account/tokens/": "GET /tokens, POST /tokens",
    "account/tokens/<int:pk>/revoke/": "DELETE /tokens/{token_id}",
    "account/users/": "GET /users, GET /users/{user_id}",
    "account/users/new/": "POST /users",
    r"account/users/(?P<pk>\d+)/lock/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/unlock/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/promote/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/demote/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/audit/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/unaudit/": "PATCH /users/{user_id}",
    r"account/users/(?P<pk>\d+)/reset-password/": "POST /users/{user_id}/reset-password",
    r"account/users/(?P<pk>\d+)/sign-out/": "POST /users/{user_id}/sign-out",
    "account/sessions/": "GET /sessions, DELETE /sessions",
    "account/sessions/<int:pk>/end/": "DELETE /sessions/{session_id}",
    "account/sessions/end-all/": "DELETE /sessions",
    # Signing in
    "account/login/": DOOR,
    "account/logout/": DOOR,
    "account/help/": TEXT,
    "account/inactive/": TEXT,
    "account/signup/": DOOR,
    "account/reauthenticate/": DOOR,
    "account/login/code/confirm/": DOOR,
    "account/with/<slug:provider_id>/": DOOR,
    "account/with/<slug:provider_id>/back/": DOOR,
    "account/with/-/cancelled/": DOOR,
    "account/with/-/failed/": DOOR,
    "account/with/-/new/": DOOR,
    "account/saml/<slug:organization_slug>/": DOOR,
    "account/saml/<slug:organization_slug>/back/": DOOR,
    "account/saml/<slug:organization_slug>/in/": DOOR,
    "account/saml/<slug:organization_slug>/out/": DOOR,
    "account/saml/<slug:organization_slug>/metadata/": DOOR,
    "account/email/": DOOR,
    "account/confirm-email/": DOOR,
    r"account/confirm-email/(?P<key>[-:\w]+)/": DOOR,
    "account/password/change/": PASSWORD,
    "account/password/set/": PASSWORD,
    "account/password/reset/": PASSWORD,
    "account/password/reset/done/": PASSWORD,
    "account/password/reset/key/done/": PASSWORD,
    r"account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": PASSWORD,
    "account/factors/": FACTOR,
    "account/factors/authenticate/": FACTOR,
    "account/factors/reauthenticate/": FACTOR,
    "account/factors/totp/activate/": FACTOR,
    "account/factors/totp/deactivate/": FACTOR,
    "account/factors/recovery-codes/": FACTOR,
    "account/factors/recovery-codes/generate/": FACTOR,
    "account/factors/recovery-codes/download/": FACTOR,
    "account/factors/webauthn/": FACTOR,
    "account/factors/webauthn/add/": FACTOR,
    "account/factors/webauthn/reauthenticate/": FACTOR,
    "account/factors/webauthn/keys/<int:pk>/remove/": FACTOR,
    "account/factors/webauthn/keys/<int:pk>/edit/": FACTOR,
    "account/factors/webauthn/login/": FACTOR,
    # Maintenance
    "hosts/<int:pk>/maintenance/": f"GET {HOST}/evacuate, POST {HOST}/evacuate",
    "hosts/<int:pk>/maintenance/check/": f"POST {HOST}/evacuate/check",
    "hosts/<int:pk>/maintenance/end/": f"POST {HOST}/maintenance",
    "plans/": "GET /plans",
    "plans/<int:plan_id>/": "GET /plans/{plan_id}",
    "plans/<int:plan_id>/body/": PartOf("plans/<int:plan_id>/"),
    "plans/<int:plan_id>/go-on/": "POST /plans/{plan_id}/go-on",
    "plans/steps/<int:step_id>/": "POST /plans/steps/{step_id}",
    "hosts/balance/": "GET /balance, POST /balance",
    "hosts/balance/automatic/": "PATCH /balance",
    # Hosts
    "hosts/": "GET /hosts",
    "hosts/add/": "POST /hosts, POST /hosts/test",
    "hosts/guesthouse.pub": "GET /hosts/public-key",
    "hosts/tests/<int:job_id>/": "GET /jobs/{job_id}",
    "hosts/pools/<int:pool_id>/shared/": "PATCH /pools/{pool_id}",
    "hosts/<int:pk>/": f"GET {HOST}",
    "hosts/<int:pk>/card/": PartOf("hosts/"),
    "hosts/<int:pk>/row/": PartOf("hosts/"),
    "hosts/<int:pk>/edit/": f"PATCH {HOST}",
    "hosts/<int:pk>/remove/": f"DELETE {HOST}",
    "hosts/<int:pk>/teams/": f"PATCH {HOST}",
    "hosts/<int:pk>/fix/": f"POST {HOST}/fix",
    "hosts/<int:pk>/do/<slug:action>/": (
        f"POST {HOST}/retry, POST {HOST}/rescan, POST {HOST}/check"
    ),
    "hosts/<int:pk>/body/<slug:tab>/": PartOf("hosts/<int:pk>/<slug:tab>/"),
    "hosts/<int:pk>/<slug:tab>/": (
        f"GET {HOST}, GET {HOST}/pools, GET /pools/{{pool_id}}/volumes, GET {HOST}/networks, "
        f"GET {HOST}/devices, GET {HOST}/metrics, GET {HOST}/readiness, GET /jobs, GET /vms"
    ),
    "hosts/processors/": "GET /processor-groups",
    "hosts/processors/new/": "POST /processor-groups",
    "hosts/processors/<int:pk>/": "GET /processor-groups/{group_id}",
    "hosts/processors/<int:pk>/body/": PartOf("hosts/processors/<int:pk>/"),
    "hosts/processors/<int:pk>/edit/": "PATCH /processor-groups/{group_id}",
    "hosts/processors/<int:pk>/find/": "POST /processor-groups/{group_id}/find",
    "hosts/processors/<int:pk>/use/": "POST /processor-groups/{group_id}/use",
    "hosts/processors/<int:pk>/delete/": "DELETE /processor-groups/{group_id}",
    # Posture
    "posture/": "GET /posture, GET /posture/findings",
    "posture/look/": "POST /posture/look",
    "posture/findings/<int:pk>/accept/": "PUT /posture/findings/{finding_id}/acceptance",
    "posture/findings/<int:pk>/take-back/": "DELETE /posture/findings/{finding_id}/acceptance",
    "teams/<slug:slug>/posture/": "GET /teams/{team_id}/posture",
    "machines/<int:pk>/posture/": f"GET {VM}/posture",
    # Notices
    "settings/webhooks/": "GET /webhooks, POST /webhooks",
    "teams/<slug:slug>/webhooks/": "GET /webhooks, POST /webhooks, GET /notice-targets",
    "teams/<slug:slug>/targets/": "POST /notice-targets",
    "webhooks/<int:pk>/": "GET /webhooks/{webhook_id}, PATCH /webhooks/{webhook_id}",
    "webhooks/<int:pk>/deliveries/": "GET /webhooks/{webhook_id}/deliveries",
    "webhooks/<int:pk>/deliveries/<int:delivery_pk>/again/": (
        "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/again"
    ),
    r"webhooks/(?P<pk>\d+)/test/": "POST /webhooks/{webhook_id}/test",
    r"webhooks/(?P<pk>\d+)/secret/": "POST /webhooks/{webhook_id}/secret",
    r"webhooks/(?P<pk>\d+)/on/": "PATCH /webhooks/{webhook_id}",
    r"webhooks/(?P<pk>\d+)/off/": "PATCH /webhooks/{webhook_id}",
    r"webhooks/(?P<pk>\d+)/delete/": "DELETE /webhooks/{webhook_id}",
    "notices/": "GET /notices",
    "notices/bell/": PartOf("notices/"),
    "notices/drawer/": PartOf("notices/"),
    "notices/read/": "POST /notices/read",
    "account/notices/": "GET /notice-targets, POST /notice-targets, GET /notices/mail",
    "account/notices/mail/": "PUT /notices/mail",
    r"account/notices/(?P<pk>\d+)/test/": "POST /notice-targets/{target_id}/test",
    r"account/notices/(?P<pk>\d+)/remove/": "DELETE /notice-targets/{target_id}",
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
    # Jobs and the record
    "jobs/": "GET /jobs",
    "jobs/drawer/": PartOf("jobs/"),
    "jobs/pill/": PartOf("jobs/"),
    "jobs/<int:pk>/": "GET /jobs/{job_id}",
    "jobs/<int:pk>/line/": PartOf("jobs/<int:pk>/"),
    "jobs/<int:pk>/cancel/": "POST /jobs/{job_id}/cancel",
    "jobs/<int:pk>/retry/": "POST /jobs/{job_id}/retry",
    "jobs/record/": "GET /audit, GET /audit/verify",
    "jobs/record/export/csv/": "GET /audit",
    "jobs/record/export/jsonl/": "GET /audit",
    # Networks and the catalogue
    "networks/": "GET /networks",
    "networks/new/": "POST /networks",
    "networks/<int:pk>/delete/": "DELETE /networks/{network_id}",
    "settings/catalogue/": "GET /sizes, GET /offers",
    "settings/catalogue/sizes/new/": "POST /sizes",
    "settings/catalogue/sizes/<int:pk>/": "PATCH /sizes/{slug}",
    "settings/catalogue/sizes/<int:pk>/delete/": "DELETE /sizes/{slug}",
    "settings/catalogue/sizes/<int:pk>/move/": "POST /sizes/{slug}/move",
    "settings/catalogue/images/": "PUT /offers/images",
    "settings/catalogue/networks/<int:pk>/": "PUT /offers/networks/{network_id}",
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
    # Machines
    "machines/": "GET /vms",
    "machines/filters/": PartOf("machines/"),
    "machines/<int:pk>/card/": PartOf("machines/<int:pk>/"),
    "machines/bulk/": "POST /vms/bulk",
    "machines/bulk/settings/": PartOf("machines/bulk/"),
    "machines/bin/": "GET /vms/bin",
    "machines/groups/": "GET /placement-groups",
    "machines/groups/new/": "POST /placement-groups",
    "machines/groups/<int:pk>/": "GET /placement-groups/{group_id}",
    "machines/groups/<int:pk>/change/": "PATCH /placement-groups/{group_id}",
    "machines/groups/<int:pk>/delete/": "DELETE /placement-groups/{group_id}",
    "machines/views/": LOOKS,
    "machines/views/<int:pk>/delete/": LOOKS,
    "machines/new/": "POST /vms, GET /catalogue, GET /images",
    "machines/new/summary/": PartOf("machines/new/"),
    "machines/new/made/": "GET /jobs",
    "machines/<int:pk>/": f"GET {VM}",
    "machines/<int:pk>/hardware/": f"GET {VM}",
    "machines/<int:pk>/history/": "GET /jobs",
    "machines/<int:pk>/metrics/": f"GET {VM}/metrics",
    "machines/<int:pk>/head/": PartOf("machines/<int:pk>/"),
    "machines/<int:pk>/part/<slug:name>/": PartOf("machines/<int:pk>/"),
    "machines/<int:pk>/row/": PartOf("machines/"),
    "machines/<int:pk>/menu/": PartOf("machines/"),
    "machines/<int:pk>/<power:action>/": f"POST {VM}/{{action}}",
    "machines/<int:pk>/rename/": f"PATCH {VM}",
    "machines/<int:pk>/autostart/": f"PATCH {VM}",
    "machines/<int:pk>/protect/": f"PATCH {VM}",
    "machines/<int:pk>/tags/": f"PATCH {VM}",
    "machines/<int:pk>/keep/": f"PATCH {VM}",
    "machines/<int:pk>/describe/": f"PATCH {VM}",
    "machines/<int:pk>/share/": f"GET {VM}/grants, POST {VM}/grants",
    "machines/<int:pk>/share/<int:user_id>/": f"PATCH {VM}/grants/{{user_id}}",
    "machines/<int:pk>/share/<int:user_id>/remove/": f"DELETE {VM}/grants/{{user_id}}",
    "machines/<int:pk>/share/undo/<str:token>/": UNDO,
    "machines/<int:pk>/medium/": f"GET {VM}/medium, POST {VM}/medium",
    "machines/<int:pk>/delete/": f"DELETE {VM}",
    "machines/<int:pk>/recover/": f"POST {VM}/recover",
    "machines/<int:pk>/snapshots/": f"GET {VM}/snapshots",
    "machines/<int:pk>/snapshots/tree/": PartOf("machines/<int:pk>/snapshots/"),
    "machines/<int:pk>/snapshots/take/": f"POST {VM}/snapshots",
    "machines/<int:pk>/snapshots/merge/": f"POST {VM}/snapshots/merge",
    "machines/<int:pk>/snapshots/<int:snapshot_id>/revert/": (
        f"POST {VM}/snapshots/{{snapshot_id}}/revert"
    ),
    "machines/<int:pk>/snapshots/<int:snapshot_id>/edit/": f"PATCH {VM}/snapshots/{{snapshot_id}}",
    "machines/<int:pk>/snapshots/<int:snapshot_id>/delete/": (
        f"DELETE {VM}/snapshots/{{snapshot_id}}"
    ),
    "machines/<int:pk>/snapshot-schedules/": (
        f"GET {VM}/snapshot-schedules, POST {VM}/snapshot-schedules"
    ),
    "machines/<int:pk>/snapshot-schedules/<int:schedule_id>/delete/": (
        f"DELETE {VM}/snapshot-schedules/{{schedule_id}}"
    ),
    "wall/": f"GET /vms, GET {VM}/screenshot",
    "wall/look/": f"GET {VM}/screenshot",
    "machines/<int:pk>/screen/": f"GET {VM}/screenshot",
    "backups/": "GET /backups",
    "backups/<int:backup_id>/restore/": "POST /backups/{backup_id}/restore",
    "backups/<int:backup_id>/delete/": "DELETE /backups/{backup_id}",
    "machines/<int:pk>/backups/": f"GET {VM}/backups, POST {VM}/backups",
    "machines/<int:pk>/backups/place/": f"POST {VM}/backups/place",
    "machines/<int:pk>/copies/": f"GET {VM}/copies, POST {VM}/copies/end",
    "networks/<int:pk>/addresses/": "GET /networks/{network_id}/addresses",
    "machines/<int:pk>/addresses/": f"GET {VM}/addresses",
    "machines/<int:pk>/addresses/new/": f"POST {VM}/addresses",
    "machines/<int:pk>/addresses/<int:address_id>/back/": f"DELETE {VM}/addresses/{{address_id}}",
    "machines/<int:pk>/files/": f"GET {VM}/files",
    "machines/<int:pk>/files/panel/": PartOf("machines/<int:pk>/files/"),
    "machines/<int:pk>/files/rows/": PartOf("machines/<int:pk>/files/"),
    "machines/<int:pk>/files/send/": f"POST {VM}/files",
    "machines/<int:pk>/files/fetch/": f"POST {VM}/files/fetch",
    "machines/<int:pk>/files/<int:transfer_id>/cancel/": f"DELETE {VM}/files/{{file_id}}",
    "machines/<int:pk>/files/<int:transfer_id>/save/": f"GET {VM}/files/{{file_id}}/content",
    "recordings/": "GET /recordings",
    "recordings/<int:recording_id>/": "GET /recordings/{recording_id}",
    "recordings/<int:recording_id>/index/": STREAM,
    "recordings/<int:recording_id>/content/": STREAM,
    "recordings/<int:recording_id>/download/": "GET /recordings/{recording_id}/file",
    "recordings/<int:recording_id>/delete/": "DELETE /recordings/{recording_id}",
    "machines/<int:pk>/recordings/": f"GET {VM}/recordings",
    # Migration
    "machines/migrate/": f"GET {VM}/migrations/targets, POST {VM}/migrations, POST /vms/bulk",
    "machines/<int:pk>/migrate/": f"GET {VM}/migrations/targets, POST {VM}/migrations",
    "machines/<int:pk>/migrate/check/": f"POST {VM}/migrations/check",
    "machines/<int:pk>/migrate/fix/": f"POST {VM}/migrations/fix",
    "migrations/<int:migration_id>/": "GET /migrations/{migration_id}",
    "migrations/<int:migration_id>/figures/": PartOf("migrations/<int:migration_id>/"),
    "migrations/<int:migration_id>/tune/": "POST /migrations/{migration_id}/tune",
    "migrations/<int:migration_id>/post-copy/": "POST /migrations/{migration_id}/post-copy",
    "migrations/<int:migration_id>/pause/": "POST /migrations/{migration_id}/pause",
    "migrations/<int:migration_id>/cancel/": "POST /jobs/{job_id}/cancel",
    # Consoles
    "machines/<int:pk>/console/": f"POST {VM}/console, GET {VM}/console/people",
    "machines/<int:pk>/console/serial/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/spice/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/clipboard/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/panel/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/power/": PartOf("machines/<int:pk>/<power:action>/"),
    "machines/<int:pk>/console/driver/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/people/": f"GET {VM}/console/people",
    "machines/<int:pk>/console/prompt/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/recording/": PartOf("machines/<int:pk>/console/record/"),
    "machines/<int:pk>/console/recorded/": PartOf("machines/<int:pk>/recordings/"),
    "machines/<int:pk>/console/face/": PartOf("machines/<int:pk>/console/"),
    "machines/<int:pk>/console/links/": f"GET {VM}/console/links, POST {VM}/console/links",
    r"machines/(?P<pk>\d+)/console/links/(?P<link_pk>\d+)/extend/": (
        f"POST {VM}/console/links/{{link_id}}/extend"
    ),
    r"machines/(?P<pk>\d+)/console/links/(?P<link_pk>\d+)/end/": (
        f"DELETE {VM}/console/links/{{link_id}}"
    ),
    "machines/<int:pk>/console/hands/": f"POST {VM}/console/hands",
    "machines/<int:pk>/console/record/": (
        f"POST {VM}/console/recording, POST {VM}/console/recording/stop"
    ),
    "machines/<int:pk>/console/ticket/": f"POST {VM}/console",
    "w/<str:key>/": LINK,
    "w/<str:key>/driver/": LINK,
    "w/<str:key>/people/": LINK,
    "w/<str:key>/prompt/": LINK,
    "w/<str:key>/recording/": LINK,
    "w/<str:key>/recorded/": LINK,
    "w/<str:key>/face/": LINK,
    "w/<str:key>/hands/": LINK,
    "w/<str:key>/ticket/": LINK,
}
