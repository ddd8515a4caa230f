import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('maintenance', '0001_initial'),
        ('maintenance', '0002_words_of_kinds'),
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
            name='Balancing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_automatic', models.BooleanField(default=False)),
                ('threshold', models.PositiveIntegerField(default=20)),
                ('looked_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('drain', 'Empty host'), ('return', 'Bring machines back'), ('balance', 'Spread machines')], max_length=8)),
                ('state', models.CharField(choices=[('running', 'Under way'), ('done', 'Done'), ('partly', 'Done in part'), ('cancelled', 'Cancelled')], db_index=True, default='running', max_length=10)),
                ('at_once', models.PositiveIntegerField(default=2)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='hosts.host')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vm_name', models.CharField(max_length=255)),
                ('place', models.PositiveIntegerField(default=0)),
                ('deed', models.CharField(choices=[('migrate', 'Migrate'), ('shutdown', 'Shut down'), ('save', 'Save state'), ('leave', 'Leave running'), ('start', 'Start'), ('restore', 'Restore')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Under way'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='maintenance.plan')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='hosts.host')),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='hosts.host')),
                ('vm', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='vms.vm')),
            ],
            options={
                'ordering': ['place', 'pk'],
            },
        ),
    ]
