import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('consoles', '0001_initial'),
        ('consoles', '0002_consolesession_gateway'),
        ('consoles', '0003_rooms'),
        ('consoles', '0004_links'),
    ]

    initial = True

    dependencies = [
        ('vms', '0001_squashed_0016_video'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsoleRoom',
            fields=[
                ('vm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='console_room', serialize=False, to='vms.vm')),
                ('driver', models.CharField(blank=True, max_length=80)),
                ('driving_since', models.DateTimeField(null=True)),
                ('rev', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ConsoleLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('mode', models.CharField(default='view', max_length=8)),
                ('needs_sign_in', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='console_links', to=settings.AUTH_USER_MODEL)),
                ('vm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='console_links', to='vms.vm')),
            ],
            options={
                'ordering': ['expires_at'],
            },
        ),
        migrations.CreateModel(
            name='ConsoleSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=60)),
                ('who', models.CharField(blank=True, max_length=80)),
                ('kind', models.CharField(default='vnc', max_length=8)),
                ('mode', models.CharField(default='control', max_length=8)),
                ('login_session', models.CharField(blank=True, max_length=64)),
                ('gateway', models.CharField(blank=True, max_length=200)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_reason', models.CharField(blank=True, max_length=40)),
                ('bytes_in', models.BigIntegerField(default=0)),
                ('bytes_out', models.BigIntegerField(default=0)),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='consoles.consolelink')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='console_sessions', to=settings.AUTH_USER_MODEL)),
                ('vm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='console_sessions', to='vms.vm')),
            ],
            options={
                'ordering': ['-opened_at'],
                'indexes': [models.Index(fields=['user', 'closed_at'], name='consoles_co_user_id_854a12_idx'), models.Index(fields=['vm', 'closed_at'], name='consoles_co_vm_id_a7b1e3_idx')],
            },
        ),
    ]
