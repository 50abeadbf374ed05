# The moves of cases between versions of their flow.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0008_scenarios'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MassMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', 'Under way'), ('stopped', 'Stopped'), ('done', 'Done')], default='running', max_length=10, verbose_name='state')),
                ('total', models.PositiveIntegerField(verbose_name='cases at the start')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mass_moves', to='workflows.flowversion', verbose_name='flow version')),
            ],
            options={
                'verbose_name': 'move of running cases',
                'verbose_name_plural': 'moves of running cases',
            },
        ),
        migrations.CreateModel(
            name='CaseMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='workflows.case')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflows.flowversion')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflows.flowversion')),
                ('mass', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='workflows.massmove')),
            ],
            options={
                'verbose_name': 'move of a case',
                'verbose_name_plural': 'moves of cases',
            },
        ),
        migrations.AddConstraint(
            model_name='massmove',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('target',), name='mass_move_one_under_way'),
        ),
        migrations.AddConstraint(
            model_name='casemove',
            constraint=models.UniqueConstraint(fields=('mass', 'case'), name='case_move_once'),
        ),
    ]
