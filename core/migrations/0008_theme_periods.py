"""Periods of themes; that two of one theme never overlap is a rule of the database on SQLite and PostgreSQL.

SQLite loses triggers when Django rebuilds a table: a later change of this table must add them again.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

TABLE = "core_themeperiod"
NO_OVERLAP = "period_no_overlap"


def forbid_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {NO_OVERLAP} EXCLUDE USING gist "
            "(int8range(theme_id, theme_id, '[]') WITH &&, daterange(since, until, '[]') WITH &&)"
        )
        return
    for action in ("INSERT", "UPDATE"):
        schema_editor.execute(
            f"CREATE TRIGGER {NO_OVERLAP}_{action.lower()} BEFORE {action} ON {TABLE} "
            f"WHEN EXISTS (SELECT 1 FROM {TABLE} other WHERE other.theme_id = NEW.theme_id AND other.id IS NOT NEW.id "
            "AND other.since <= NEW.until AND other.until >= NEW.since) "
            f"BEGIN SELECT RAISE(ABORT, '{NO_OVERLAP}'); END"
        )


def allow_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {NO_OVERLAP}")
        return
    for action in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER {NO_OVERLAP}_{action}")


class Migration(migrations.Migration):
    dependencies = [("core", "0007_honours")]

    operations = [
        migrations.CreateModel(
            name="ThemePeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.JSONField(default=dict, verbose_name="name")),
                ("focus", models.JSONField(default=dict, verbose_name="focus")),
                ("summary", models.JSONField(blank=True, default=dict, verbose_name="summary")),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(verbose_name="until")),
                ("service_day", models.DateField(blank=True, null=True, verbose_name="collective service day")),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="periods",
                        to="core.theme",
                        verbose_name="theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "period of a theme",
                "verbose_name_plural": "periods of themes",
                "ordering": ["theme", "since"],
                "constraints": [
                    models.UniqueConstraint(fields=["theme", "slug"], name="period_slug_per_theme"),
                    models.CheckConstraint(condition=Q(until__gte=F("since")), name="period_until_after_since"),
                    models.CheckConstraint(
                        condition=Q(service_day__isnull=True)
                        | Q(service_day__gte=F("since"), service_day__lte=F("until")),
                        name="period_service_day_inside",
                    ),
                ],
            },
        ),
        migrations.RunPython(forbid_overlaps, allow_overlaps),
    ]
