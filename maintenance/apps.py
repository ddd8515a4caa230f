"""The room of maintenance as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaintenanceConfig(AppConfig):
    """Plans that empty hosts and spread machines."""

    name = "maintenance"
    verbose_name = _("Maintenance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.targets import register_target
        from migration.services.asking import register_policy

        from . import kinds, warnings  # noqa: F401
        from .jobs import link_to_plan, plan_job_changed, retry_plan_job
        from .policy import why_not

        register_policy(why_not)
        warnings.register()
        register_target("plan", plan_job_changed, link=link_to_plan, retry=retry_plan_job)
