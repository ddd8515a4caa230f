import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('screens', '0001_initial'),
        ('screens', '0002_heard'),
    ]

    initial = True

    dependencies = [
        ('vms', '0001_squashed_0016_video'),
    ]

    operations = [
        migrations.CreateModel(
            name='Screen',
            fields=[
                ('vm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='screen', serialize=False, to='vms.vm')),
                ('health', models.CharField(blank=True, choices=[('panic', 'Kernel panic'), ('stop_error', 'Stop error'), ('rescue', 'Rescue shell'), ('boot_menu', 'Boot menu'), ('no_disk', 'No boot disk'), ('uefi_shell', 'UEFI shell'), ('installer', 'Installer'), ('starting', 'Starting'), ('network_boot', 'Network boot'), ('memory_test', 'Memory test'), ('desktop', 'Desktop'), ('shell', 'Shell in use'), ('login', 'Login prompt'), ('blank', 'Blank')], db_index=True, max_length=16)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(null=True)),
                ('source', models.CharField(choices=[('screen', 'its screen'), ('serial', 'its text console')], default='screen', max_length=8)),
                ('heard_at', models.DateTimeField(null=True)),
            ],
        ),
    ]
