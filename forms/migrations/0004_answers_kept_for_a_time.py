from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms", "0003_answers_as_kept")]

    operations = [
        migrations.AddField("submission", "has_timed", models.BooleanField(default=True)),
        migrations.AlterModelOptions(
            "submission",
            {
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "permissions": [("read_masked_answers", "Can read masked answers in full, for a reason")],
            },
        ),
    ]
