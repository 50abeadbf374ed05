from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_uploads")]

    operations = [migrations.RenameField("submission", "answers", "kept")]
