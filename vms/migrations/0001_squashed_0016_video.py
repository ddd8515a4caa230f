import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('vms', '0001_initial'),
        ('vms', '0002_unresponsive_and_made'),
        ('vms', '0003_list_counts'),
        ('vms', '0004_leases'),
        ('vms', '0005_disk_bytes'),
        ('vms', '0006_pinned_and_started_before'),
        ('vms', '0007_use_and_bin'),
        ('vms', '0008_guest_facts'),
        ('vms', '0009_moving_to'),
        ('vms', '0010_kept_by_name'),
        ('vms', '0011_one_row_per_uuid'),
        ('vms', '0012_rows_follow_guests'),
        ('vms', '0013_clipboard'),
        ('vms', '0014_snapshot_facts'),
        ('vms', '0015_placement_groups'),
        ('vms', '0016_video'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0005_console_recording'),
        ('hosts', '0001_squashed_0008_leases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='VM',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('name', models.CharField(db_index=True, max_length=255)),
                ('description', models.TextField(blank=True)),
                ('is_protected', models.BooleanField(default=False)),
                ('rev', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('is_made', models.BooleanField(default=True)),
                ('size', models.CharField(blank=True, max_length=40)),
                ('ends_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('recycled_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_by', models.CharField(blank=True, max_length=10)),
                ('quiet_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('idle_told_at', models.DateTimeField(blank=True, null=True)),
                ('hold', models.CharField(blank=True, max_length=16)),
                ('snapshot_count', models.PositiveIntegerField(default=0)),
                ('oldest_snapshot_at', models.DateTimeField(blank=True, null=True)),
                ('disk_layers', models.PositiveIntegerField(default=0)),
                ('is_unresponsive', models.BooleanField(default=False)),
                ('domain_id', models.IntegerField(null=True)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('blocked', 'Blocked'), ('shutting_down', 'Shutting down'), ('off', 'Off'), ('crashed', 'Crashed'), ('saved', 'Saved'), ('asleep', 'Asleep'), ('unknown', 'Unknown')], db_index=True, default='unknown', max_length=16)),
                ('state_reason', models.CharField(blank=True, max_length=40)),
                ('state_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('started_before', models.BooleanField(default=False)),
                ('is_persistent', models.BooleanField(default=True)),
                ('autostart', models.BooleanField(default=False)),
                ('has_managed_save', models.BooleanField(default=False)),
                ('vcpus', models.PositiveIntegerField(default=1)),
                ('memory', models.BigIntegerField(default=0)),
                ('disk_bytes', models.BigIntegerField(default=0)),
                ('arch', models.CharField(blank=True, max_length=20)),
                ('machine_type', models.CharField(blank=True, max_length=60)),
                ('firmware', models.CharField(blank=True, max_length=16)),
                ('virt_type', models.CharField(blank=True, max_length=12)),
                ('cpu_mode', models.CharField(blank=True, max_length=60)),
                ('has_tpm', models.BooleanField(default=False)),
                ('has_agent_channel', models.BooleanField(default=False)),
                ('agent_connected', models.BooleanField(default=False)),
                ('has_serial', models.BooleanField(default=False)),
                ('clipboard', models.CharField(blank=True, max_length=8)),
                ('clipboard_connected', models.BooleanField(default=False)),
                ('os_id', models.CharField(blank=True, max_length=120)),
                ('disks', models.JSONField(default=list)),
                ('nics', models.JSONField(default=list)),
                ('graphics', models.JSONField(default=list)),
                ('video', models.JSONField(default=list)),
                ('pinned_cpus', models.JSONField(default=list)),
                ('address', models.CharField(blank=True, db_index=True, max_length=45)),
                ('addresses', models.JSONField(default=list)),
                ('guest', models.JSONField(default=dict)),
                ('cpu_percent', models.FloatField(null=True)),
                ('memory_used', models.BigIntegerField(null=True)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vms', to='hosts.host')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='vms', to=settings.AUTH_USER_MODEL)),
                ('tags', models.ManyToManyField(blank=True, related_name='vms', to='vms.tag')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='vms', to='accounts.team')),
            ],
            options={
                'verbose_name': 'machine',
                'verbose_name_plural': 'machines',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlacementGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('affinity', models.CharField(choices=[('apart', 'On different hosts'), ('together', 'On the same host')], default='apart', max_length=8)),
                ('is_hard', models.BooleanField(default=True)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='placement_groups', to='accounts.team')),
                ('machines', models.ManyToManyField(blank=True, related_name='placement_groups', to='vms.vm')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('columns', models.JSONField(default=dict)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hosts.host')),
                ('vm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='vms.vm')),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('query', models.CharField(max_length=500)),
                ('position', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'name'],
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='one_view_per_name')],
            },
        ),
        migrations.AddIndex(
            model_name='vm',
            index=models.Index(fields=['recycled_at', 'name'], name='vm_kept_by_name'),
        ),
        migrations.AddIndex(
            model_name='vm',
            index=models.Index(fields=['owner', 'name'], name='vms_vm_owner_i_1b3e13_idx'),
        ),
        migrations.AddIndex(
            model_name='vm',
            index=models.Index(fields=['team', 'name'], name='vms_vm_team_id_bcc41c_idx'),
        ),
        migrations.AddIndex(
            model_name='vm',
            index=models.Index(fields=['recycled_at', 'state', 'host', 'owner', 'quiet_since'], name='vm_counts'),
        ),
        migrations.AddConstraint(
            model_name='placementgroup',
            constraint=models.UniqueConstraint(fields=('team', 'name'), name='one_group_per_team_and_name'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.UniqueConstraint(fields=('vm', 'host'), name='one_copy_per_host'),
        ),
    ]
