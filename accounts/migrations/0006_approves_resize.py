from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def approve_as_before(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let nobody get round a team's approval of new machines by making theirs bigger."""
    apps.get_model("accounts", "Team").objects.update(approves_resize=F("approves_creation"))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_squashed_0005_console_recording'),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='approves_resize',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(approve_as_before, migrations.RunPython.noop),
    ]
