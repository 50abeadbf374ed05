"""Cases that start other cases."""

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
    ]
