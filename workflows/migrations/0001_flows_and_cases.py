"""Flow definitions, their versions, cases and tasks."""

import django.db.models.deletion
import django.utils.timezone
import viewflow.workflow.fields
import viewflow.workflow.token
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_people_and_records'),
        ('forms', '0001_forms_and_submissions'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FlowDefinition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('title', models.JSONField(default=dict, verbose_name='title')),
                ('document', models.JSONField(default=dict, verbose_name='flow')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
            ],
            options={
                'verbose_name': 'flow',
                'verbose_name_plural': 'flows',
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='FlowVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, verbose_name='code')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('document', models.JSONField(verbose_name='flow')),
                ('forms', models.JSONField(default=dict, verbose_name='pinned forms')),
                ('sha256', models.CharField(max_length=64, verbose_name='digest')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='workflows.flowdefinition', verbose_name='flow')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'flow version',
                'verbose_name_plural': 'flow versions',
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('CANCELED', 'Canceled'), ('DONE', 'Done'), ('NEW', 'New')], default='NEW', max_length=50, verbose_name='Status')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='Finished')),
                ('flow_class', viewflow.workflow.fields.FlowReferenceField(max_length=250)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('title', models.CharField(blank=True, default='', max_length=120, verbose_name='title')),
                ('result', models.CharField(blank=True, default='', max_length=40, verbose_name='result')),
                ('starter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='core.orgunit', verbose_name='unit')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='workflows.flowversion', verbose_name='flow version')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'default_permissions': ('view', 'manage'),
            },
        ),
        migrations.CreateModel(
            name='GuestAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_sha256', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='guest_access', to='workflows.case')),
            ],
            options={
                'verbose_name': 'status code',
                'verbose_name_plural': 'status codes',
            },
        ),
        migrations.CreateModel(
            name='PinnedForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pinned_forms', to='workflows.flowversion')),
                ('form_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forms.formversion')),
            ],
            options={
                'verbose_name': 'pinned form',
                'verbose_name_plural': 'pinned forms',
            },
        ),
        migrations.CreateModel(
            name='StartOnce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workflows.case')),
            ],
            options={
                'verbose_name': 'starting token',
                'verbose_name_plural': 'starting tokens',
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assigned', models.DateTimeField(blank=True, null=True, verbose_name='Assigned')),
                ('started', models.DateTimeField(blank=True, null=True, verbose_name='Started')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='Finished')),
                ('token', viewflow.workflow.fields.TokenField(default=viewflow.workflow.token.Token('start'), max_length=150, verbose_name='Token')),
                ('flow_task', viewflow.workflow.fields.TaskReferenceField(max_length=255)),
                ('step_id', models.CharField(default='', max_length=40, verbose_name='step')),
                ('status', models.CharField(choices=[('ASSIGNED', 'Assigned'), ('CANCELED', 'Canceled'), ('DONE', 'Done'), ('ERROR', 'Error'), ('NEW', 'New'), ('REVIVED', 'Revived'), ('SCHEDULED', 'Scheduled'), ('STARTED', 'Started')], default='NEW', max_length=12, verbose_name='state')),
                ('flow_task_type', models.CharField(max_length=20)),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('scheduled', models.DateTimeField(blank=True, null=True, verbose_name='fires at')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due at')),
                ('outcome', models.CharField(blank=True, default='', max_length=40, verbose_name='outcome')),
                ('why', models.JSONField(blank=True, default=dict, verbose_name='why here')),
                ('data', models.JSONField(blank=True, default=dict)),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='with')),
                ('previous_task', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workflows.task')),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='task_set', to='workflows.case')),
            ],
            options={
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='StepSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step_id', models.CharField(max_length=40, verbose_name='step')),
                ('is_current', models.BooleanField(default=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='step_submissions', to='workflows.case')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forms.submission')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workflows.task')),
            ],
            options={
                'verbose_name': 'answers of a step',
                'verbose_name_plural': 'answers of steps',
            },
        ),
        migrations.CreateModel(
            name='TaskCandidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('created', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='workflows.task')),
            ],
            options={
                'verbose_name': 'candidate',
                'verbose_name_plural': 'candidates',
            },
        ),
        migrations.AddConstraint(
            model_name='flowversion',
            constraint=models.UniqueConstraint(fields=('slug', 'number'), name='flow_version_number'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['starter', '-created'], name='case_starter'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status', 'NEW')), fields=['version', '-created'], name='case_running'),
        ),
        migrations.AddConstraint(
            model_name='pinnedform',
            constraint=models.UniqueConstraint(fields=('flow_version', 'form_version'), name='pinned_form_once'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('flow_task_type', 'HUMAN'), ('status__in', ['NEW', 'ASSIGNED'])), fields=['owner', '-created', '-id'], name='task_mine'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('status', 'SCHEDULED')), fields=['scheduled'], name='task_due'),
        ),
        migrations.AddConstraint(
            model_name='stepsubmission',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('case', 'step_id'), name='step_submission_one_current'),
        ),
        migrations.AddIndex(
            model_name='taskcandidate',
            index=models.Index(fields=['key', '-created', '-task'], name='candidate_inbox'),
        ),
        migrations.AddConstraint(
            model_name='taskcandidate',
            constraint=models.UniqueConstraint(fields=('task', 'key'), name='candidate_once'),
        ),
    ]
