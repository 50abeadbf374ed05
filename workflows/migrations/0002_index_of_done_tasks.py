"""An index for the list of tasks that somebody has done."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0001_flows_and_cases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('flow_task_type', 'HUMAN'), ('status', 'DONE')), fields=['owner', '-finished', '-id'], name='task_done'),
        ),
    ]
