from django.db import migrations
from django.db.models import Count

ON = ("running", "paused", "blocked", "shutting_down", "asleep")


def merge(apps, _schema):
    """Keep one row of each UUID, the one that runs or the oldest; the watcher finds the copies."""
    rows = apps.get_model("vms", "VM").objects
    twice = rows.order_by().values("uuid").annotate(rows=Count("pk")).filter(rows__gt=1)
    for uuid in list(twice.values_list("uuid", flat=True)):
        found = sorted(rows.filter(uuid=uuid), key=lambda row: (row.state not in ON, row.pk))
        rows.filter(pk__in=[row.pk for row in found[1:]]).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('vms', '0010_kept_by_name'),
    ]

    operations = [
        migrations.RunPython(merge, migrations.RunPython.noop),
    ]
