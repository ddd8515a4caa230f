"""Remember which gateway serves a console."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consoles", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="consolesession",
            name="gateway",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
