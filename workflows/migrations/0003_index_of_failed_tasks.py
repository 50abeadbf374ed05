"""An index for the effects that failed and wait for an administrator."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0002_index_of_done_tasks'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('status', 'ERROR')), fields=['process'], name='task_failed'),
        ),
    ]
