from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms", "0003_answers_as_kept")]

    operations = [migrations.AddField("submission", "has_timed", models.BooleanField(default=True))]
