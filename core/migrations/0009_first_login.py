"""What a role does here, said at the first login, and when a login closed its welcome."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0008_theme_periods")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="welcome",
            field=models.JSONField(blank=True, default=dict, verbose_name="welcome"),
        ),
        migrations.AddField(
            model_name="user",
            name="welcomed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="welcome closed"),
        ),
    ]
