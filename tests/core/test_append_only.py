"""The ledger and the audit trail can only grow, whoever tries, on both databases."""

import pytest
from django.db import DatabaseError, connection, transaction

from core.actors import SYSTEM
from core.audit.models import AuditEntry
from core.audit.services import record
from core.ledger.models import LedgerEntry
from core.ledger.services import post


@pytest.fixture
def rows(cast):
    entry = post(
        source="case:1",
        kind="wish.registered",
        subject="wish:1",
        unit=cast.units["fangta"],
        unit_of_measure="item",
        happened_on=cast.today,
        now=cast.now,
    )
    audit = record(actor=SYSTEM, verb="wish.published", obj=("core.wish", 1), now=cast.now)
    return {"core_ledgerentry": entry, "core_auditentry": audit}


@pytest.mark.parametrize("table", ["core_ledgerentry", "core_auditentry"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET case_id = 9 WHERE id = {pk}", "DELETE FROM {table} WHERE id = {pk}"]
)
def test_the_database_refuses_to_change_or_delete_a_row(rows, table, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, pk=rows[table].pk))
    assert type(rows[table]).objects.get(pk=rows[table].pk).case_id is None


def test_the_models_are_refused_as_well(rows):
    rows["core_ledgerentry"].quantity = 5
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows["core_ledgerentry"].save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert LedgerEntry.objects.get().quantity == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["core_ledgerentry", "core_auditentry"])
def test_postgresql_refuses_to_truncate(rows, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_after_a_flush_the_triggers_stand_again(turn, rows):
    assert LedgerEntry.objects.count() == 1  # the flush after the first turn emptied the table
    with pytest.raises(DatabaseError, match="append-only"):
        LedgerEntry.objects.all().delete()
