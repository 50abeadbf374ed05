"""The pages of the public site, and what packs brought last."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_people_and_records'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='CampaignPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('body', wagtail.fields.StreamField([('text', 0), ('scrolls', 2), ('figures', 6), ('wishes', 8), ('stories', 8), ('activities', 14), ('ways', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Explanation', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Figures'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 1), ('note', 3), ('figures', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 8: ('wagtail.blocks.StructBlock', [[('heading', 7)]], {}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('when', 9), ('title', 10), ('text', 11)]], {}), 13: ('wagtail.blocks.ListBlock', (12,), {'label': 'Activities'}), 14: ('wagtail.blocks.StructBlock', [[('heading', 1), ('entries', 13)]], {}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 17: ('wagtail.blocks.StructBlock', [[('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.ListBlock', (17,), {'label': 'Steps', 'max_num': 4, 'min_num': 1}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'Text of the button', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'default': '/login/', 'label': 'Address that the button opens', 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('heading', 7), ('ways', 18), ('button', 19), ('link', 20)]], {})}, verbose_name='Body')),
            ],
            options={
                'verbose_name': 'campaign',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='FiguresPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('body', wagtail.fields.StreamField([('text', 0), ('scrolls', 2), ('figures', 6), ('wishes', 8), ('stories', 8), ('activities', 14), ('ways', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Explanation', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Figures'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 1), ('note', 3), ('figures', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 8: ('wagtail.blocks.StructBlock', [[('heading', 7)]], {}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('when', 9), ('title', 10), ('text', 11)]], {}), 13: ('wagtail.blocks.ListBlock', (12,), {'label': 'Activities'}), 14: ('wagtail.blocks.StructBlock', [[('heading', 1), ('entries', 13)]], {}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 17: ('wagtail.blocks.StructBlock', [[('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.ListBlock', (17,), {'label': 'Steps', 'max_num': 4, 'min_num': 1}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'Text of the button', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'default': '/login/', 'label': 'Address that the button opens', 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('heading', 7), ('ways', 18), ('button', 19), ('link', 20)]], {})}, verbose_name='Body')),
            ],
            options={
                'verbose_name': 'figures page',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('body', wagtail.fields.StreamField([('text', 0), ('scrolls', 2), ('figures', 6), ('wishes', 8), ('stories', 8), ('activities', 14), ('ways', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Explanation', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Figures'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 1), ('note', 3), ('figures', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 8: ('wagtail.blocks.StructBlock', [[('heading', 7)]], {}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('when', 9), ('title', 10), ('text', 11)]], {}), 13: ('wagtail.blocks.ListBlock', (12,), {'label': 'Activities'}), 14: ('wagtail.blocks.StructBlock', [[('heading', 1), ('entries', 13)]], {}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 17: ('wagtail.blocks.StructBlock', [[('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.ListBlock', (17,), {'label': 'Steps', 'max_num': 4, 'min_num': 1}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'Text of the button', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'default': '/login/', 'label': 'Address that the button opens', 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('heading', 7), ('ways', 18), ('button', 19), ('link', 20)]], {})}, verbose_name='Body')),
                ('eyebrow', models.CharField(blank=True, default='', max_length=60, verbose_name='Line above the title')),
            ],
            options={
                'verbose_name': 'home page',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='StandardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('body', wagtail.fields.StreamField([('text', 0), ('scrolls', 2), ('figures', 6), ('wishes', 8), ('stories', 8), ('activities', 14), ('ways', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Explanation', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Figures'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 1), ('note', 3), ('figures', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 8: ('wagtail.blocks.StructBlock', [[('heading', 7)]], {}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('when', 9), ('title', 10), ('text', 11)]], {}), 13: ('wagtail.blocks.ListBlock', (12,), {'label': 'Activities'}), 14: ('wagtail.blocks.StructBlock', [[('heading', 1), ('entries', 13)]], {}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 17: ('wagtail.blocks.StructBlock', [[('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.ListBlock', (17,), {'label': 'Steps', 'max_num': 4, 'min_num': 1}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'Text of the button', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'default': '/login/', 'label': 'Address that the button opens', 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('heading', 7), ('ways', 18), ('button', 19), ('link', 20)]], {})}, verbose_name='Body')),
            ],
            options={
                'verbose_name': 'text page',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='StoryIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
            ],
            options={
                'verbose_name': 'list of stories',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='StoryPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('person', models.CharField(help_text='Shown and stored masked, e.g. 王*清; also wherever the text names them.', max_length=60, verbose_name='Person')),
                ('portrait', models.CharField(choices=[('teacher', 'Person with glasses'), ('carer', 'Person with long hair'), ('builder', 'Person with a cap')], default='teacher', max_length=12, verbose_name='Portrait')),
                ('place', models.CharField(blank=True, default='', max_length=60, verbose_name='Street or town')),
                ('service', models.CharField(blank=True, default='', max_length=60, verbose_name='Kind of service')),
                ('body', wagtail.fields.StreamField([('text', 0), ('quote', 3)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.TextBlock', (), {'label': 'Words'}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Who says so', 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('text', 1), ('source', 2)]], {})}, verbose_name='Body')),
                ('deeds', wagtail.fields.StreamField([('deed', 6)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('when', 1), ('title', 2), ('text', 3)]], {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Activities'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 0), ('entries', 5)]], {})}, verbose_name='What they did')),
                ('consent', models.CharField(help_text='When and to what the person agreed. Without consent there is no story.', max_length=200, verbose_name='Consent')),
            ],
            options={
                'verbose_name': 'story',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ThemePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
                ('body', wagtail.fields.StreamField([('text', 0), ('scrolls', 2), ('figures', 6), ('wishes', 8), ('stories', 8), ('activities', 14), ('ways', 21)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'link', 'ol', 'ul', 'hr'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'cms/blocks/text.html'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('heading', 1)]], {}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Explanation', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'label': 'Figures'}), 6: ('wagtail.blocks.StructBlock', [[('heading', 1), ('note', 3), ('figures', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 8: ('wagtail.blocks.StructBlock', [[('heading', 7)]], {}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'When'}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'What'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Details', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('when', 9), ('title', 10), ('text', 11)]], {}), 13: ('wagtail.blocks.ListBlock', (12,), {'label': 'Activities'}), 14: ('wagtail.blocks.StructBlock', [[('heading', 1), ('entries', 13)]], {}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 17: ('wagtail.blocks.StructBlock', [[('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.ListBlock', (17,), {'label': 'Steps', 'max_num': 4, 'min_num': 1}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'Text of the button', 'required': False}), 20: ('wagtail.blocks.CharBlock', (), {'default': '/login/', 'label': 'Address that the button opens', 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('heading', 7), ('ways', 18), ('button', 19), ('link', 20)]], {})}, verbose_name='Body')),
            ],
            options={
                'verbose_name': 'theme page',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='WishBoardPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lede', models.CharField(blank=True, default='', max_length=300, verbose_name='Lede')),
            ],
            options={
                'verbose_name': 'wish board',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='PackItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pack', models.CharField(max_length=60, verbose_name='pack')),
                ('section', models.CharField(max_length=20, verbose_name='section')),
                ('key', models.CharField(max_length=140, verbose_name='code')),
                ('values', models.JSONField(default=dict, verbose_name='content')),
            ],
            options={
                'verbose_name': 'item of a pack',
                'verbose_name_plural': 'items of packs',
                'constraints': [models.UniqueConstraint(fields=('section', 'key'), name='pack_item_once')],
            },
        ),
        migrations.AddField(
            model_name='storypage',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.theme', verbose_name='Theme'),
        ),
        migrations.AddField(
            model_name='themepage',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.theme', verbose_name='Theme'),
        ),
    ]
