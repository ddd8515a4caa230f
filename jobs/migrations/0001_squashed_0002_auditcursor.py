import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('jobs', '0001_initial'),
        ('jobs', '0002_auditcursor'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('seq', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('action', models.CharField(db_index=True, max_length=60)),
                ('target_kind', models.CharField(blank=True, max_length=16)),
                ('target_id', models.BigIntegerField(null=True)),
                ('target_name', models.CharField(blank=True, max_length=255)),
                ('outcome', models.CharField(max_length=16)),
                ('detail', models.JSONField(default=dict)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-seq'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('target_kind', models.CharField(max_length=16)),
                ('target_id', models.BigIntegerField(null=True)),
                ('target_name', models.CharField(max_length=255)),
                ('host_id', models.BigIntegerField(null=True)),
                ('params', models.JSONField(default=dict)),
                ('queue', models.CharField(default='libvirt', max_length=16)),
                ('exclusive', models.BooleanField(default=True)),
                ('idempotency_key', models.CharField(max_length=80, null=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('succeeded', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('undetermined', 'Undetermined')], default='queued', max_length=12)),
                ('progress', models.FloatField(null=True)),
                ('phase', models.CharField(blank=True, max_length=120)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, max_length=80)),
                ('lease_until', models.DateTimeField(null=True)),
                ('rev', models.PositiveIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.TextField(blank=True)),
                ('error_detail', models.TextField(blank=True)),
                ('commands', models.JSONField(default=list)),
                ('result', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='JobAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=32)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audience', to='jobs.job')),
            ],
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['state', 'lease_until'], name='jobs_job_state_e33db5_idx'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['target_kind', 'target_id', '-created_at'], name='jobs_job_target__5f07ab_idx'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('exclusive', True), ('state__in', ['queued', 'running'])), fields=('target_kind', 'target_id'), name='one_active_job_per_target'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(fields=('actor', 'idempotency_key'), name='one_job_per_idempotency_key'),
        ),
        migrations.AddConstraint(
            model_name='jobaudience',
            constraint=models.UniqueConstraint(fields=('job', 'name'), name='one_audience_per_job'),
        ),
    ]
