"""People, places, programme, promises, ledger, jobs and audit."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_login'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                ('at', models.DateTimeField(verbose_name='time')),
            ],
            options={
                'verbose_name': 'sign of life',
                'verbose_name_plural': 'signs of life',
            },
        ),
        migrations.CreateModel(
            name='Metric',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('definition', models.JSONField(default=dict, verbose_name='definition')),
                ('kinds', models.JSONField(blank=True, default=list, verbose_name='ledger kinds')),
                ('aggregation', models.CharField(choices=[('sum', 'Sum of quantities'), ('count', 'Number of entries'), ('organisations', 'Distinct organisations'), ('members', 'Distinct members')], default='sum', max_length=14, verbose_name='how it is counted')),
                ('unit_of_measure', models.JSONField(default=dict, verbose_name='unit of measure')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('is_public', models.BooleanField(default=True, verbose_name='public')),
            ],
            options={
                'verbose_name': 'figure',
                'verbose_name_plural': 'figures',
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='UnitKind',
            fields=[
                ('slug', models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name='code')),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('is_territorial', models.BooleanField(default=False, verbose_name='is a territory')),
                ('is_organisation', models.BooleanField(default=False, verbose_name='may claim as an organisation')),
            ],
            options={
                'verbose_name': 'kind of unit',
                'verbose_name_plural': 'kinds of units',
            },
        ),
        migrations.CreateModel(
            name='WorkDay',
            fields=[
                ('date', models.DateField(primary_key=True, serialize=False, verbose_name='date')),
                ('is_working', models.BooleanField(verbose_name='working day')),
                ('name', models.CharField(blank=True, default='', max_length=60, verbose_name='occasion')),
                ('source', models.CharField(blank=True, default='', max_length=100, verbose_name='source')),
                ('is_provisional', models.BooleanField(default=False, verbose_name='provisional')),
                ('is_edited', models.BooleanField(default=False, verbose_name='set by hand')),
            ],
            options={
                'verbose_name': 'day of the working calendar',
                'verbose_name_plural': 'working calendar',
                'ordering': ['date'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='key')),
                ('queue', models.CharField(default='fast', max_length=20, verbose_name='queue')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('payload', models.JSONField(default=dict, verbose_name='payload')),
                ('state', models.CharField(choices=[('ready', 'Waiting'), ('attempting', 'Running outside'), ('done', 'Done'), ('dead', 'Failed for good'), ('discarded', 'Discarded')], default='ready', max_length=10, verbose_name='state')),
                ('run_at', models.DateTimeField(verbose_name='run at')),
                ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='lease until')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('max_attempts', models.PositiveSmallIntegerField(default=8, verbose_name='most attempts')),
                ('error_class', models.CharField(blank=True, default='', max_length=100, verbose_name='error')),
                ('discard_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason for discarding')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'indexes': [models.Index(condition=models.Q(('state__in', ['ready', 'attempting'])), fields=['queue', 'run_at'], name='job_open'), models.Index(condition=models.Q(('state', 'dead')), fields=['-finished_at'], name='job_dead')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='volunteer number')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('category', models.CharField(choices=[('employed', 'Employed'), ('mobile', 'Mobile'), ('retired', 'Retired'), ('entrusted', 'Entrusted'), ('other', 'Other')], default='other', max_length=12, verbose_name='category')),
                ('phone', models.CharField(blank=True, default='', max_length=20, verbose_name='phone')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='e-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='member', to=settings.AUTH_USER_MODEL, verbose_name='login')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=255, unique=True)),
                ('depth', models.PositiveIntegerField()),
                ('numchild', models.PositiveIntegerField(default=0)),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit', verbose_name='merged into')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='core.unitkind', verbose_name='kind')),
            ],
            options={
                'verbose_name': 'organisation unit',
                'verbose_name_plural': 'organisation units',
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('tagline', models.JSONField(blank=True, default=dict, verbose_name='tagline')),
                ('pack_version', models.CharField(blank=True, default='', max_length=20, verbose_name='pack version')),
                ('pack_sha256', models.CharField(blank=True, default='', max_length=64, verbose_name='pack digest')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit', verbose_name='leading unit')),
            ],
            options={
                'verbose_name': 'programme',
                'verbose_name_plural': 'programmes',
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('represents', models.BooleanField(default=False, verbose_name='may act for the organisation')),
                ('group', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='role', to='auth.group', verbose_name='desk group')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('kinds', models.JSONField(blank=True, default=list, verbose_name='kinds of service')),
                ('min_strength', models.PositiveSmallIntegerField(default=5, verbose_name='minimum strength')),
                ('target_strength', models.PositiveSmallIntegerField(default=7, verbose_name='target strength')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='core.orgunit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60, verbose_name='source')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('subject', models.CharField(max_length=60, verbose_name='subject')),
                ('quantity', models.DecimalField(decimal_places=2, default=1, max_digits=14, verbose_name='quantity')),
                ('unit_of_measure', models.CharField(max_length=20, verbose_name='unit of measure')),
                ('unit_path', models.CharField(max_length=255, verbose_name='unit path')),
                ('evidence', models.CharField(blank=True, choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D')], default='', max_length=1, verbose_name='evidence')),
                ('happened_on', models.DateField(verbose_name='day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('case_id', models.BigIntegerField(blank=True, null=True, verbose_name='case')),
                ('step_id', models.CharField(blank=True, default='', max_length=40, verbose_name='step')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason for the reversal')),
                ('row_hash', models.CharField(max_length=64, verbose_name='digest')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='core.ledgerentry', verbose_name='reverses')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.member', verbose_name='member')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit', verbose_name='organisation')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit', verbose_name='unit')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger',
                'permissions': [('reverse_ledgerentry', 'Can reverse ledger entry')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='TeamMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('organisational', 'Organisational'), ('activity', 'Activity')], max_length=14, verbose_name='relation')),
                ('position', models.CharField(choices=[('head', 'Head'), ('deputy', 'Deputy'), ('member', 'Member')], default='member', max_length=8, verbose_name='position')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team_memberships', to='core.member', verbose_name='member')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='core.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'team membership',
                'verbose_name_plural': 'team memberships',
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.JSONField(default=dict, verbose_name='name')),
                ('summary', models.JSONField(blank=True, default=dict, verbose_name='summary')),
                ('colour', models.CharField(choices=[('green', 'Green'), ('red', 'Red'), ('gold', 'Gold'), ('silver', 'Silver')], max_length=8, verbose_name='colour')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='core.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['programme', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('tier', models.CharField(blank=True, default='', max_length=40, verbose_name='tier')),
                ('address', models.CharField(blank=True, default='', max_length=200, verbose_name='address')),
                ('opening_hours', models.CharField(blank=True, default='', max_length=200, verbose_name='opening hours')),
                ('facilities', models.JSONField(blank=True, default=list, verbose_name='facilities')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='venues', to='core.orgunit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'venue',
                'verbose_name_plural': 'venues',
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.BigIntegerField(unique=True, verbose_name='case')),
                ('public_text', models.CharField(max_length=200, verbose_name='public wording')),
                ('category', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service'), ('company', 'Company'), ('errand', 'Errand')], max_length=8, verbose_name='category')),
                ('state', models.CharField(choices=[('open', 'Waiting for a claim'), ('claimed', 'Being fulfilled'), ('fulfilled', 'Fulfilled'), ('withdrawn', 'Withdrawn')], default='open', max_length=10, verbose_name='state')),
                ('claimant_kinds', models.JSONField(default=list, verbose_name='who may claim')),
                ('needed_by', models.DateField(blank=True, null=True, verbose_name='needed by')),
                ('registered_at', models.DateTimeField(verbose_name='registered at')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('fulfilled_at', models.DateTimeField(blank=True, null=True, verbose_name='fulfilled at')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='core.orgunit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'wish',
                'verbose_name_plural': 'wishes',
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('held', 'Held'), ('released', 'Given back'), ('fulfilled', 'Fulfilled')], default='held', max_length=10, verbose_name='state')),
                ('claimed_at', models.DateTimeField(verbose_name='claimed at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('claimed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='claimed by')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='core.member', verbose_name='member')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='core.orgunit', verbose_name='organisation')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='core.team', verbose_name='team')),
                ('wish', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='core.wish', verbose_name='wish')),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='time')),
                ('actor_kind', models.CharField(choices=[('user', 'User'), ('guest', 'Guest'), ('system', 'System'), ('visitor', 'Visitor')], max_length=8, verbose_name='kind of actor')),
                ('verb', models.CharField(max_length=60, verbose_name='action')),
                ('object_type', models.CharField(max_length=40, verbose_name='kind of object')),
                ('object_id', models.CharField(max_length=40, verbose_name='object number')),
                ('case_id', models.BigIntegerField(null=True, verbose_name='case')),
                ('data', models.JSONField(default=dict, verbose_name='details')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit trail',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['object_type', 'object_id', '-at'], name='audit_object'), models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id', 'at'], name='audit_case')],
            },
        ),
        migrations.CreateModel(
            name='OpeningBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='value')),
                ('qualifier', models.CharField(blank=True, choices=[('', 'Exact'), ('余', '余'), ('多', '多'), ('近', '近')], default='', max_length=2, verbose_name='qualifier')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('source', models.JSONField(default=dict, verbose_name='source')),
                ('metric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='balances', to='core.metric', verbose_name='figure')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.orgunit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'opening balance',
                'verbose_name_plural': 'opening balances',
                'constraints': [models.UniqueConstraint(fields=('metric', 'unit'), name='balance_one_per_metric_and_unit')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('home', 'Home unit'), ('reported_in', 'Reported in'), ('residence', 'Residence')], max_length=12, verbose_name='relation')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='core.member', verbose_name='member')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='core.orgunit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'affiliation',
                'verbose_name_plural': 'affiliations',
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='affiliation_until_after_since'), models.UniqueConstraint(condition=models.Q(('relation', 'home'), ('until__isnull', True)), fields=('member',), name='affiliation_one_open_home'), models.UniqueConstraint(condition=models.Q(('relation', 'residence'), ('until__isnull', True)), fields=('member',), name='affiliation_one_open_residence'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('member', 'unit', 'relation'), name='affiliation_one_open_per_unit')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('include_children', models.BooleanField(default=False, verbose_name='also for the units below')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='core.member', verbose_name='member')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='core.orgunit', verbose_name='unit')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='core.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='appointment_until_after_since'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('member', 'role', 'unit'), name='appointment_one_open')],
            },
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('target_strength__gte', models.F('min_strength'))), name='team_target_not_below_minimum'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['kind', 'happened_on'], name='ledger_kind_day'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id'], name='ledger_case'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('source', 'kind', 'subject'), name='ledger_effect_once'),
        ),
        migrations.AddConstraint(
            model_name='teammembership',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='membership_until_after_since'),
        ),
        migrations.AddConstraint(
            model_name='teammembership',
            constraint=models.UniqueConstraint(condition=models.Q(('relation', 'organisational'), ('until__isnull', True)), fields=('member',), name='membership_one_open_organisational'),
        ),
        migrations.AddConstraint(
            model_name='teammembership',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('team', 'member'), name='membership_one_open_per_team'),
        ),
        migrations.AddConstraint(
            model_name='teammembership',
            constraint=models.UniqueConstraint(condition=models.Q(('position', 'head'), ('until__isnull', True)), fields=('team',), name='membership_one_open_head'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('programme', 'slug'), name='theme_slug_per_programme'),
        ),
        migrations.AddIndex(
            model_name='wish',
            index=models.Index(fields=['state', '-published_at'], name='wish_board'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'held')), fields=('wish',), name='claim_one_held_per_wish'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('organisation__isnull', True), ('team__isnull', True)), models.Q(('member__isnull', True), ('organisation__isnull', True), ('team__isnull', False)), models.Q(('member__isnull', True), ('organisation__isnull', False), ('team__isnull', True)), _connector='OR'), name='claim_by_exactly_one'),
        ),
    ]
