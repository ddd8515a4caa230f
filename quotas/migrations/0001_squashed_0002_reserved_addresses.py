import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('quotas', '0001_initial'),
        ('quotas', '0002_reserved_addresses'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0005_console_recording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Limit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('each', models.BooleanField(default=False)),
                ('resource', models.CharField(choices=[('vcpus', 'vCPU'), ('memory', 'Memory'), ('disk', 'Storage'), ('machines', 'Machines'), ('snapshots', 'Snapshots'), ('backups', 'Backups'), ('addresses', 'Reserved addresses'), ('networks', 'Networks')], max_length=12)),
                ('amount', models.BigIntegerField()),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='accounts.team')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='limits', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('team__isnull', False), ('user__isnull', False)), fields=('team', 'user', 'resource'), name='one_limit_per_member'), models.UniqueConstraint(condition=models.Q(('team__isnull', False), ('user__isnull', True)), fields=('team', 'each', 'resource'), name='one_limit_per_team'), models.UniqueConstraint(condition=models.Q(('team__isnull', True), ('user__isnull', False)), fields=('user', 'resource'), name='one_limit_per_person'), models.UniqueConstraint(condition=models.Q(('team__isnull', True), ('user__isnull', True)), fields=('resource',), name='one_limit_for_everybody'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='limits_are_not_negative')],
            },
        ),
    ]
