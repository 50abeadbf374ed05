"""The pattern of the desk's screens: lists, forms that call services, and pages to look at one record.

Nothing is deleted at the desk and nothing is written past the services: a screen has the addresses that it needs, no
more, and its forms end in a service with an actor, a moment and an audit entry.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from cms.desk.fields import yes_no
from core.actors import Actor
from core.exceptions import DandelionError, Invalid


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person; the desk lets no visitor in."""
    return Actor(user=request.user)  # type: ignore[arg-type]  # see above


class RecordForm(WagtailAdminModelForm):
    """A form whose uniqueness and constraints are judged by the service, with its sentences."""

    def validate_unique(self) -> None:
        """Leave it to the service."""

    def validate_constraints(self) -> None:
        """Leave it to the service."""

    def values(self) -> dict[str, Any]:
        """What the service gets; by default field → value."""
        return dict(self.cleaned_data)


class ServiceFormMixin:
    """A form view that hands the values to the screen's service and shows its refusal."""

    screen: Any = None
    request: HttpRequest
    form: Any
    get_error_message: Callable[[], str | None]

    def form_valid(self, form: RecordForm) -> HttpResponse:
        """Call the service; a refusal becomes an error of the form."""
        try:
            return super().form_valid(form)  # type: ignore[misc, no-any-return]  # the view this is mixed into
        except DandelionError as refusal:
            show_refusal(form, refusal)
            self.produced_error_code, self.produced_error_message = refusal.code, self.get_error_message()
            return self.form_invalid(form)  # type: ignore[attr-defined, no-any-return]  # as above


class ListView(generic.IndexView):
    """A list with its related rows in the same query; the first column leads to the details."""

    screen: Any = None
    related: tuple[str, ...] = ()
    title_column: type[TitleColumn] = TitleColumn
    any_permission_required = ["view", "add", "change"]
    list_export: list[str] = []

    def get_base_queryset(self) -> QuerySet[Model]:
        """All records with what the columns show."""
        rows: QuerySet[Model] = super().get_base_queryset().select_related(*self.related)
        return rows

    @property
    def add_item_label(self) -> str:
        """The button for a new record."""
        return gettext("New: %(name)s") % {"name": self.model._meta.verbose_name}

    def get_list_more_buttons(self, instance: Model) -> list[Button]:
        """What can be done with a row, named as the screen names it."""
        url = self.get_edit_url(instance)
        return [Button(self.screen.change_label, url=url, icon_name="edit", priority=10)] if url else []

    def _get_title_column(self, field_name: str, column_class: Any = None, **kwargs: Any) -> Any:
        column_class = self._get_title_column_class(column_class or self.title_column)
        return self._get_custom_column(field_name, column_class, get_url=self.get_inspect_url, **kwargs)


class AddView(ServiceFormMixin, generic.CreateView):
    """Creates a record through the screen's `create`."""

    success_message = _("Saved: %(object)s")

    def get_initial(self) -> dict[str, Any]:
        """Values of the address fill the form, so that other screens can link here."""
        return {**super().get_initial(), **self.request.GET.dict()}

    def save_instance(self) -> Model:
        """Call the service."""
        created: Model = self.screen.create(actor=actor_of(self.request), now=timezone.now(), **self.form.values())
        return created


class ChangeView(ServiceFormMixin, generic.EditView):
    """Changes a record through the screen's `change`."""

    success_message = _("Saved: %(object)s")

    @property
    def page_title(self) -> Any:
        """What is done here, as the screen names it."""
        return self.screen.change_label

    @property
    def submit_button_label(self) -> Any:
        """The same on the button."""
        return self.screen.submit_label

    def save_instance(self) -> Model:
        """Call the service with a fresh row, since the form has filled its own."""
        fresh = self.model._default_manager.get(pk=self.object.pk)
        changed: Model = self.screen.change(
            actor=actor_of(self.request), obj=fresh, values=self.form.values(), now=timezone.now()
        )
        return changed


class LookView(generic.InspectView):
    """One record to look at."""

    any_permission_required = ["view", "add", "change"]
    page_title = _("Look at the record")
    screen: Any = None
    labels: dict[str, Any] = {}

    def get_field_label(self, field_name: str, field: Any) -> str:
        """The field's name, or what this page calls it."""
        return str(self.labels.get(field_name) or super().get_field_label(field_name, field))

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """The value in words: yes and no, moments in Shanghai, a dash for nothing."""
        return in_words(super().get_field_display_value(field_name, field))

    @property
    def header_more_buttons(self) -> list[Button]:
        """What can be done with the record, named as the screen names it."""
        url = self.get_edit_url()
        return [Button(self.screen.change_label, url=url, icon_name="edit", priority=10)] if url else []


def in_words(value: Any) -> Any:
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else value


class Screen(ModelViewSet):
    """A list and a page to look at; with `create` and `change` also forms. Never a delete."""

    index_view_class = ListView
    add_view_class = AddView
    edit_view_class = ChangeView
    inspect_view_class = LookView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    list_per_page = 50
    may_create = False
    may_change = False
    change_label: str | Promise = _("Change")
    submit_label: str | Promise = _("Save")
    create_form: type[RecordForm] | None = None
    change_form: type[RecordForm] | None = None

    def create(self, *, actor: Actor, now: Any, **values: Any) -> Model:
        """Call the service that creates; screens with `may_create` say which."""
        raise NotImplementedError

    def change(self, *, actor: Actor, obj: Any, values: dict[str, Any], now: Any) -> Model:
        """Call the service that changes; screens with `may_change` say which."""
        raise NotImplementedError

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Only the addresses that exist."""
        names = {"delete_url_name": None, "history_url_name": None, "usage_url_name": None, "screen": self}
        if not self.may_create:
            names["add_url_name"] = None
        if not self.may_change:
            names["edit_url_name"] = None
        return dict(super().get_common_view_kwargs(**names, **kwargs))

    def get_form_class(self, for_update: bool = False) -> type[RecordForm] | None:
        """The form to create with, or to change with."""
        return self.change_form if for_update else self.create_form

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, results, details; forms where there is a service."""
        pk = f"<{self.pk_path_converter}:pk>"
        patterns = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"inspect/{pk}/", self.inspect_view, name="inspect"),
        ]
        if self.may_create:
            patterns.append(path("new/", self.add_view, name="add"))
        if self.may_change:
            patterns.append(path(f"edit/{pk}/", self.edit_view, name="edit"))
        return patterns

    def register_admin_url_finder(self) -> None:
        """Nothing refers to these records by Wagtail's references."""


def show_refusal(form: forms.BaseForm, refusal: DandelionError) -> None:
    """Put the sentence at its field, or on top."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    placed = False
    for name, sentences in errors.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
            placed = True
    if not placed:
        form.add_error(None, str(refusal.sentence))
