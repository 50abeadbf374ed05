"""What goes on beside the steps of a case: its discussion."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflows', '0003_index_of_failed_tasks'),
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
    ]
