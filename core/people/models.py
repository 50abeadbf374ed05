"""People and where they belong: logins, members, organisation units, roles, appointments and teams."""

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from core.text import localised, masked_name


class User(AbstractUser):
    """A login, of staff and members alike. What it may do follows from the appointments of its member."""

    welcomed_at = models.DateTimeField(_("welcome closed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    @property
    def display_name(self) -> str:
        """The name to greet with: the member's, else the login's own."""
        member = getattr(self, "member", None)
        return member.name if member is not None else (self.get_full_name() or self.username)


class UnitKind(models.Model):
    """A kind of organisation unit. Kinds are data: packs bring them."""

    slug = models.SlugField(_("code"), primary_key=True, max_length=40)
    name = models.JSONField(_("name"), default=dict)
    is_territorial = models.BooleanField(_("is a territory"), default=False)
    is_organisation = models.BooleanField(_("may claim as an organisation"), default=False)

    class Meta:
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of units")

    def __str__(self) -> str:
        return localised(self.name) or self.slug


class OrgUnit(MP_Node):
    """A node of the organisation tree: city, district, street, community, grid; branch, company, school and others.

    `merged_into` names the unit that took over a dissolved one, which stays for the record with `is_active` false.
    """

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.ForeignKey(UnitKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="units")
    is_active = models.BooleanField(_("active"), default=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A role that appointments give, e.g. branch secretary. `represents`: its holder may act for the organisation.

    `welcome`: what its holder does here, said at the first login; language → text.
    """

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.JSONField(_("name"), default=dict)
    represents = models.BooleanField(_("may act for the organisation"), default=False)
    welcome = models.JSONField(_("welcome"), default=dict, blank=True)
    group = models.OneToOneField(
        Group, verbose_name=_("desk group"), null=True, blank=True, on_delete=models.PROTECT, related_name="role"
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return localised(self.name) or self.slug


class Member(models.Model):
    """A person of the programme; may exist without a login. Phone and e-mail are personal data, never public."""

    class Category(models.TextChoices):
        EMPLOYED = "employed", _("Employed")
        MOBILE = "mobile", _("Mobile")
        RETIRED = "retired", _("Retired")
        ENTRUSTED = "entrusted", _("Entrusted")
        OTHER = "other", _("Other")

    number = models.CharField(_("volunteer number"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    category = models.CharField(_("category"), max_length=12, choices=Category.choices, default=Category.OTHER)
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    user = models.OneToOneField(
        User, verbose_name=_("login"), null=True, blank=True, on_delete=models.PROTECT, related_name="member"
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        """The name as public pages show it, e.g. 王*清."""
        return masked_name(self.name)


class Appointment(models.Model):
    """Who holds which role in which unit, from and until (both days included; `until` empty = open)."""

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="appointments")
    role = models.ForeignKey(Role, verbose_name=_("role"), on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="appointments")
    include_children = models.BooleanField(_("also for the units below"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="appointment_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["member", "role", "unit"], condition=Q(until__isnull=True), name="appointment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.role} · {self.unit}"


class Affiliation(models.Model):
    """Where a member belongs: one home unit, any number of units reported in to (报到), one residence."""

    class Relation(models.TextChoices):
        HOME = "home", _("Home unit")
        REPORTED_IN = "reported_in", _("Reported in")
        RESIDENCE = "residence", _("Residence")

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="affiliations")
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="affiliations")
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="affiliation_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(until__isnull=True, relation="home"), name="affiliation_one_open_home"
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(until__isnull=True, relation="residence"),
                name="affiliation_one_open_residence",
            ),
            models.UniqueConstraint(
                fields=["member", "unit", "relation"],
                condition=Q(until__isnull=True),
                name="affiliation_one_open_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_relation_display()} · {self.unit}"


class Team(models.Model):
    """A volunteer team of a unit. `kinds`: list of codes; strengths are numbers of members."""

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="teams")
    kinds = models.JSONField(_("kinds of service"), default=list, blank=True)
    min_strength = models.PositiveSmallIntegerField(_("minimum strength"), default=5)
    target_strength = models.PositiveSmallIntegerField(_("target strength"), default=7)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.CheckConstraint(
                condition=Q(target_strength__gte=F("min_strength")), name="team_target_not_below_minimum"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    """A member's place in a team: one open organisational membership per member, any number of activity ones."""

    class Relation(models.TextChoices):
        ORGANISATIONAL = "organisational", _("Organisational")
        ACTIVITY = "activity", _("Activity")

    class Position(models.TextChoices):
        HEAD = "head", _("Head")
        DEPUTY = "deputy", _("Deputy")
        MEMBER = "member", _("Member")

    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="team_memberships"
    )
    relation = models.CharField(_("relation"), max_length=14, choices=Relation.choices)
    position = models.CharField(_("position"), max_length=8, choices=Position.choices, default=Position.MEMBER)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("team membership")
        verbose_name_plural = _("team memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(until__isnull=True, relation="organisational"),
                name="membership_one_open_organisational",
            ),
            models.UniqueConstraint(
                fields=["team", "member"], condition=Q(until__isnull=True), name="membership_one_open_per_team"
            ),
            models.UniqueConstraint(
                fields=["team"], condition=Q(until__isnull=True, position="head"), name="membership_one_open_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.team}"
