"""Cases that start other cases, and rows that wait for an event."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0003_index_of_failed_tasks'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='parent_task',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='workflows.task'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('parent_task__isnull', False)), fields=['parent_task'], name='case_child'),
        ),
        migrations.CreateModel(
            name='EventWait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=60, verbose_name='event')),
                ('about', models.CharField(blank=True, default='', max_length=80, verbose_name='about')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='event_wait', to='workflows.task')),
            ],
            options={
                'verbose_name': 'wait for an event',
                'verbose_name_plural': 'waits for events',
                'default_permissions': (),
                'indexes': [models.Index(fields=['event', 'about'], name='event_wait_about')],
            },
        ),
    ]
