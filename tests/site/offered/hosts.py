"""Hosts, and what administrators see to."""

from .words import HOST, VM, Offer, PartOf

OFFERED: dict[str, Offer] = {
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
}
