"""The Celery application; workers find their tasks in the apps."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hypervisor_site.settings")

app = Celery("guesthouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
