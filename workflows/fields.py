"""Columns that no broken flow version makes unreadable: its document, and references to its compiled flow and nodes."""

import logging
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from viewflow.workflow.fields import FlowReferenceField, TaskReferenceField

from workflows.legible import IllegibleDocument, is_legible

log = logging.getLogger(__name__)
PREFIX = "workflows/published"


class DocumentField(models.JSONField):
    """A flow document; what was stored but cannot be read comes back as an `IllegibleDocument`."""

    def deconstruct(self) -> Any:
        """As Django's field: the column is the same, and migrations import nothing of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The document as every reader may rely on it."""
        try:
            document = super().from_db_value(value, expression, connection)
        except ValueError:
            return IllegibleDocument(None)
        return document if is_legible(document) else IllegibleDocument(document)


class LazyReference(DeferredAttribute):
    """Keeps the stored text in the instance and hands out the object it names; None, with a log line, if it cannot."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls) if self.field.attname not in instance.__dict__ else None
        value = instance.__dict__.get(self.field.attname, value)
        if not isinstance(value, str) or not value:
            return value
        try:
            return instance.resolve_reference(value)
        except Exception as error:  # whatever is wrong with one version, reading its rows must go on
            log.error("broken flow reference %s: %s", value, type(error).__name__)
            return None

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _Lazy:
    """What both reference fields share: the text stays text until somebody asks for the object."""

    descriptor_class = LazyReference
    attname: str
    viewflow_name: str

    def deconstruct(self) -> Any:
        """As Viewflow's field: the column is the same, and migrations import nothing of ours."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]  # the field beside this mixin
        return name, f"viewflow.workflow.fields.{self.viewflow_name}", args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """The stored text; resolving waits for the first access."""
        return value

    def to_python(self, value: Any) -> Any:
        """Unchanged: text or the object itself."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """The stored text. Not Viewflow's, whose unbounded cache would keep every draft that was ever tried."""
        return value if value is None or isinstance(value, str) else self.named(value)

    def named(self, value: Any) -> str:
        """The text that stands for a flow or a node."""
        raise NotImplementedError

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        """The raw value, so that a row of a broken version can still be saved."""
        return instance.__dict__.get(self.attname)


class LazyFlowReferenceField(_Lazy, FlowReferenceField):
    """`workflows/published.<slug>_v<n>` of a case."""

    viewflow_name = "FlowReferenceField"

    def named(self, value: Any) -> str:
        """`workflows/published.<class>`."""
        return f"{PREFIX}.{value.__name__}"


class LazyTaskReferenceField(_Lazy, TaskReferenceField):
    """`workflows/published.<slug>_v<n>.<node>` of a task."""

    viewflow_name = "TaskReferenceField"

    def named(self, value: Any) -> str:
        """`workflows/published.<class>.<node>`."""
        return f"{PREFIX}.{value.flow_class.__name__}.{value.name}"
