import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('migration', '0001_initial'),
        ('migration', '0002_checks'),
        ('migration', '0003_controls'),
    ]

    initial = True

    dependencies = [
        ('hosts', '0001_squashed_0008_leases'),
        ('jobs', '0001_squashed_0002_auditcursor'),
        ('vms', '0001_squashed_0016_video'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Migration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vm_uuid', models.UUIDField()),
                ('vm_name', models.CharField(max_length=255)),
                ('source_name', models.CharField(max_length=63)),
                ('target_name', models.CharField(max_length=63)),
                ('options', models.JSONField(default=dict)),
                ('accepted', models.JSONField(default=list)),
                ('controls', models.JSONField(default=dict)),
                ('applied', models.JSONField(default=dict)),
                ('phase', models.CharField(choices=[('waiting', 'Waiting'), ('preparing', 'Preparing'), ('copying', 'Copying'), ('switching', 'Switching over'), ('post-copy', 'Fetching the rest'), ('settling', 'Looking at both hosts'), ('ended', 'Over')], default='waiting', max_length=12)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not over'), ('migrated', 'Moved'), ('stayed', 'Stayed where it was'), ('crashed', 'Stopped on the way'), ('two-copies', 'Running on both hosts'), ('lost', 'Lost'), ('undetermined', 'Not known')], default='', max_length=12)),
                ('statistics', models.JSONField(default=dict)),
                ('samples', models.JSONField(default=list)),
                ('events', models.JSONField(default=list)),
                ('downtime_ms', models.BigIntegerField(null=True)),
                ('bytes', models.BigIntegerField(null=True)),
                ('rev', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='hosts.host')),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='hosts.host')),
                ('vm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='migrations', to='vms.vm')),
            ],
            options={
                'verbose_name': 'migration',
                'verbose_name_plural': 'migrations',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CheckReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('findings', models.JSONField(default=list)),
                ('options', models.JSONField(default=dict)),
                ('dirty_rate', models.BigIntegerField(null=True)),
                ('copied_bytes', models.BigIntegerField(default=0)),
                ('was_on', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=40)),
                ('checked_at', models.DateTimeField(null=True)),
                ('rev', models.PositiveIntegerField(default=0)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hosts.host')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hosts.host')),
                ('vm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='vms.vm')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('vm', 'target'), name='one_report_per_vm_and_target')],
            },
        ),
        migrations.CreateModel(
            name='LinkTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(max_length=8)),
                ('address', models.CharField(max_length=300)),
                ('works', models.BooleanField()),
                ('seconds', models.FloatField(default=0)),
                ('detail', models.TextField(blank=True)),
                ('is_timeout', models.BooleanField(default=False)),
                ('is_port_open', models.BooleanField(null=True)),
                ('tried_at', models.DateTimeField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hosts.host')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hosts.host')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'target'), name='one_trial_per_pair_of_hosts')],
            },
        ),
    ]
