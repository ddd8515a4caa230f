"""Where guests live."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    """Hosts with their pools, volumes, networks and devices."""

    name = "hosts"
    verbose_name = _("Hosts")

    def ready(self) -> None:
        from jobs.targets import register_target
        from vault import keepers

        from . import counting, keeping, kinds  # noqa: F401
        from .jobs import (
            host_job_changed,
            link_to_host,
            link_to_network,
            retry_host_job,
            retry_network_job,
        )

        register_target("host", host_job_changed, link=link_to_host, retry=retry_host_job)
        register_target("network", link=link_to_network, retry=retry_network_job)
        keepers.register("hosts: SSH key", keeping.relock)
