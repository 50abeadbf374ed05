"""The desk's form that gives a member a login."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from cms.desk.screens import actor_of, show_refusal
from core.exceptions import DandelionError
from core.people.models import Member
from core.people.services import give_login


class LoginForm(forms.Form):
    """Login name and first password."""

    username = forms.CharField(label=_("Login name"), max_length=150)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits. Hand it over in person."),
    )


class GiveLoginView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # not subscriptable at run time
    """Asks for login name and password and calls the service."""

    form_class = LoginForm
    template_name = "desk/login.html"
    page_title = _("Give a login")
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only those who may add logins and see members."""
        if not (request.user.has_perm("core.add_user") and request.user.has_perm("core.view_member")):
            raise PermissionDenied
        self.member = get_object_or_404(Member, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Whose login."""
        return self.member.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Members › the member › here."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("members:index"), "label": Member._meta.verbose_name_plural},
            {"url": reverse("members:inspect", args=[self.member.pk]), "label": self.member.name},
            {"url": "", "label": self.page_title},
        ]

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Give the login; a refusal becomes an error of the form."""
        try:
            give_login(actor=actor_of(self.request), member=self.member, now=timezone.now(), **form.cleaned_data)
        except DandelionError as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The login was given."))
        return redirect("members:inspect", self.member.pk)
