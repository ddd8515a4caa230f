import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('hosts', '0001_initial'),
        ('hosts', '0002_watchers'),
        ('hosts', '0003_kvm_cpu_model'),
        ('hosts', '0004_own_networks'),
        ('hosts', '0005_migration_address'),
        ('hosts', '0006_readiness_and_duty'),
        ('hosts', '0007_shared_pools'),
        ('hosts', '0008_leases'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0005_console_recording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Watcher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=63, unique=True)),
                ('transport', models.CharField(choices=[('local', 'This machine'), ('session', 'This machine, own session'), ('ssh', 'SSH'), ('tls', 'TLS'), ('tcp', 'TCP, unprotected'), ('test', 'Simulated')], max_length=8)),
                ('hostname', models.CharField(blank=True, max_length=253)),
                ('port', models.PositiveIntegerField(blank=True, null=True)),
                ('username', models.CharField(blank=True, max_length=32)),
                ('socket', models.CharField(blank=True, max_length=200)),
                ('test_path', models.CharField(blank=True, max_length=200)),
                ('migration_transport', models.CharField(blank=True, choices=[('local', 'This machine'), ('session', 'This machine, own session'), ('ssh', 'SSH'), ('tls', 'TLS'), ('tcp', 'TCP, unprotected'), ('test', 'Simulated')], max_length=8)),
                ('migration_address', models.CharField(blank=True, max_length=253)),
                ('migration_port', models.PositiveIntegerField(blank=True, null=True)),
                ('host_key', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('connecting', 'Connecting'), ('online', 'Online'), ('not_ready', 'Not ready'), ('unreachable', 'Unreachable')], default='connecting', max_length=12)),
                ('state_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_seen', models.DateTimeField(null=True)),
                ('next_try', models.DateTimeField(null=True)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.TextField(blank=True)),
                ('error_detail', models.TextField(blank=True)),
                ('rev', models.PositiveIntegerField(default=0)),
                ('watcher', models.CharField(blank=True, max_length=80)),
                ('watcher_until', models.DateTimeField(null=True)),
                ('rescan_requested', models.BooleanField(default=False)),
                ('scanned_at', models.DateTimeField(null=True)),
                ('uuid', models.UUIDField(null=True)),
                ('system_name', models.CharField(blank=True, max_length=255)),
                ('arch', models.CharField(blank=True, max_length=20)),
                ('libvirt_version', models.CharField(blank=True, max_length=20)),
                ('hypervisor', models.CharField(blank=True, max_length=20)),
                ('hypervisor_version', models.CharField(blank=True, max_length=20)),
                ('cpu_model', models.CharField(blank=True, max_length=120)),
                ('cpu_vendor', models.CharField(blank=True, max_length=40)),
                ('sockets', models.PositiveIntegerField(default=0)),
                ('cores', models.PositiveIntegerField(default=0)),
                ('threads', models.PositiveIntegerField(default=0)),
                ('cpus', models.PositiveIntegerField(default=0)),
                ('memory', models.BigIntegerField(default=0)),
                ('numa', models.JSONField(default=list)),
                ('capabilities', models.JSONField(default=dict)),
                ('kvm_works', models.BooleanField(null=True)),
                ('kvm_cpu_mode', models.CharField(blank=True, max_length=40)),
                ('kvm_cpu_model', models.CharField(blank=True, max_length=40)),
                ('kvm_disabled_features', models.JSONField(default=list)),
                ('kvm_reason', models.CharField(blank=True, max_length=255)),
                ('probed_at', models.DateTimeField(null=True)),
                ('findings', models.JSONField(default=dict)),
                ('checked_at', models.DateTimeField(null=True)),
                ('duty', models.CharField(blank=True, choices=[('', 'Open for machines'), ('draining', 'Draining'), ('maintenance', 'Maintenance')], default='', max_length=12)),
                ('cpu_percent', models.FloatField(null=True)),
                ('memory_used', models.BigIntegerField(null=True)),
                ('kept_for', models.ManyToManyField(blank=True, related_name='own_hosts', to='accounts.team')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='StoragePool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=20)),
                ('path', models.CharField(blank=True, max_length=4096)),
                ('active', models.BooleanField(default=False)),
                ('autostart', models.BooleanField(default=False)),
                ('is_shared', models.BooleanField(default=False)),
                ('capacity', models.BigIntegerField(default=0)),
                ('allocation', models.BigIntegerField(default=0)),
                ('available', models.BigIntegerField(default=0)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pools', to='hosts.host')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Volume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('key', models.CharField(max_length=4096)),
                ('path', models.CharField(blank=True, max_length=4096)),
                ('format', models.CharField(blank=True, max_length=20)),
                ('capacity', models.BigIntegerField(default=0)),
                ('allocation', models.BigIntegerField(default=0)),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='volumes', to='hosts.storagepool')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='HostDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('kind', models.CharField(max_length=20)),
                ('label', models.CharField(blank=True, max_length=255)),
                ('vendor', models.CharField(blank=True, max_length=255)),
                ('product', models.CharField(blank=True, max_length=255)),
                ('driver', models.CharField(blank=True, max_length=80)),
                ('address', models.CharField(blank=True, max_length=80)),
                ('iommu_group', models.IntegerField(null=True)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='hosts.host')),
            ],
            options={
                'ordering': ['kind', 'name'],
                'constraints': [models.UniqueConstraint(fields=('host', 'name'), name='one_device_per_host')],
            },
        ),
        migrations.CreateModel(
            name='Network',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('name', models.CharField(max_length=255)),
                ('mode', models.CharField(max_length=20)),
                ('bridge', models.CharField(blank=True, max_length=40)),
                ('active', models.BooleanField(default=False)),
                ('autostart', models.BooleanField(default=False)),
                ('cidrs', models.JSONField(default=list)),
                ('dhcp', models.BooleanField(default=False)),
                ('gateways', models.JSONField(default=list)),
                ('fixed', models.JSONField(default=list)),
                ('leases', models.JSONField(default=list)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='networks', to='hosts.host')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='networks', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='networks', to='accounts.team')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('host', 'uuid'), name='one_network_per_host')],
            },
        ),
        migrations.AddConstraint(
            model_name='storagepool',
            constraint=models.UniqueConstraint(fields=('host', 'uuid'), name='one_pool_per_host'),
        ),
        migrations.AddConstraint(
            model_name='volume',
            constraint=models.UniqueConstraint(fields=('pool', 'name'), name='one_volume_per_pool'),
        ),
    ]
