from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consoles", "0005_ssh_access")]

    operations = [
        migrations.RenameField("sshaccess", "host_key", "pinned"),
        migrations.RenameField("sshaccess", "offered_key", "offered"),
    ]
