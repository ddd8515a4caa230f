"""The same machines as a file for Terraform: main.tf.json, with the provider Mastercard/restapi.

That provider speaks to any REST API; each machine is one POST, GET and DELETE of ours. The file is
JSON, so nothing has to be quoted but what Terraform takes for a template inside a text.
"""

import json
from typing import Any

PROVIDER = {"source": "Mastercard/restapi", "version": "~> 1.20"}


def document(site: str, body: dict[str, Any], names: list[str]) -> str:
    """Return main.tf.json for machines called `names`, each made by a call with `body`."""
    each = "${each.value}"
    found = {
        "terraform": {"required_providers": {"restapi": PROVIDER}},
        "variable": {"token": {"type": "string", "sensitive": True}},
        "provider": {
            "restapi": {
                "uri": plain(f"{site}api/v1"),
                "headers": {"Authorization": "Bearer ${var.token}"},
                "create_returns_object": True,
                "id_attribute": "job/target_id",
            }
        },
        "locals": {
            "names": plain(names),
            "machine": plain({key: body[key] for key in body if key != "name"}),
        },
        "resource": {
            "restapi_object": {
                "machine": {
                    "for_each": "${toset(local.names)}",
                    "path": "/vms",
                    "data": "${jsonencode(merge(local.machine, {name = each.value}))}",
                    "destroy_path": f"/vms/{{id}}?for_good=true&with_disks=true&confirm={each}",
                    "force_new": ["name", *plain([key for key in body if key != "name"])],
                    "ignore_all_server_changes": True,
                }
            }
        },
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return JSON in which no text is a template: Terraform gives it back as it is here."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value
