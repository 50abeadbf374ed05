from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0005_drafts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='upload',
            name='kind',
            field=models.CharField(max_length=100, verbose_name='content type'),
        ),
    ]
