"""What goes on beside the steps of a case: its discussion, tasks with a colleague for his opinion, copies."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0005_calendar_feed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiscussionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='text')),
                ('is_open', models.BooleanField(default=False, verbose_name='whoever started reads it too')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('retracted_at', models.DateTimeField(null=True, verbose_name='retracted at')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='workflows.case')),
            ],
            options={
                'verbose_name': 'remark in a discussion',
                'verbose_name_plural': 'remarks in discussions',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CaseCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step_id', models.CharField(blank=True, default='', max_length=40, verbose_name='step')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('is_internal', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(verbose_name='sent at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='workflows.case')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent to')),
            ],
            options={
                'verbose_name': 'copy of a case',
                'verbose_name_plural': 'copies of cases',
                'default_permissions': (),
                'indexes': [models.Index(fields=['to', '-created_at', '-id'], name='copy_inbox')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200, verbose_name='what was asked')),
                ('why', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(verbose_name='asked at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('ending', models.CharField(blank=True, choices=[('', 'under way'), ('answered', 'answered'), ('given_back', 'given back'), ('called_back', 'called back'), ('void', 'no longer needed')], default='', max_length=12, verbose_name='ending')),
                ('answer', models.TextField(blank=True, default='', verbose_name='answer')),
                ('suggested', models.CharField(blank=True, default='', max_length=40, verbose_name='suggested outcome')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='workflows.task')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('ending', 'answered')), fields=['to', '-ended_at', '-id'], name='delegation_done')],
            },
        ),
    ]
