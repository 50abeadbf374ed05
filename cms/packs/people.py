"""Pack sections about people and places: kinds of units, the unit tree, roles with desk rights, venues and teams."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    WorkflowTask,
)

from cms.packs.applying import Loading
from cms.packs.sections import Checking, Row
from cms.packs.shapes import (
    Key,
    Place,
    Shape,
    list_of,
    local_text,
    mapping,
    one_of,
    per_language,
    rows,
    slug,
    text,
    whole,
    yes_no,
)
from core.people.models import OrgUnit, Role, Team, UnitKind
from core.people.services import (
    change_role,
    change_team,
    change_unit,
    create_kind,
    create_role,
    create_team,
    create_unit,
)
from core.places.models import Venue
from core.places.services import change_venue, create_venue
from core.rights import require_every_right_of

REVIEW = "review"  # to decide in the review before publishing, not a right of Wagtail's own
PAGE_RIGHTS = ("add", "change", "publish", "lock", "unlock", "bulk_delete", REVIEW)
MEDIA_RIGHTS = ("add", "change", "choose")

UNIT_KIND: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(40), required=True),
    "territorial": Key(yes_no),
    "organisation": Key(yes_no),
}
UNIT: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(text(100), required=True),
    "kind": Key(slug, required=True),
    "under": Key(slug),
    "children": Key(rows),
}
ROLE: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(local_text(40), required=True),
    "represents": Key(yes_no),
    "welcome": Key(local_text(200)),
    "desk": Key(mapping),
}
DESK: Shape = {
    "permissions": Key(list_of(text(100)), required=True),
    "pages": Key(list_of(one_of(*PAGE_RIGHTS))),
    "media": Key(list_of(one_of(*MEDIA_RIGHTS))),
}
VENUE: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(text(100), required=True),
    "unit": Key(slug, required=True),
    "tier": Key(text(40)),
    "address": Key(text(200)),
    "opening_hours": Key(text(200)),
    "facilities": Key(list_of(text(60))),
}
TEAM: Shape = {
    "slug": Key(slug, required=True),
    "name": Key(text(100), required=True),
    "unit": Key(slug, required=True),
    "kinds": Key(list_of(text(40))),
    "min_strength": Key(whole(1, 1000)),
    "target_strength": Key(whole(1, 1000)),
}


def check_unit_kinds(checking: Checking) -> None:
    """`unit_kinds.yaml`."""
    for place in checking.entries("unit_kinds.yaml"):
        row = place.checked(UNIT_KIND)
        if checking.claim("unit_kind", row.get("slug"), place / "slug"):
            values = {
                "name": per_language(row.get("name")),
                "is_territorial": row.get("territorial", False),
                "is_organisation": row.get("organisation", False),
            }
            checking.add("unit_kinds", row["slug"], values, place)


def apply_unit_kinds(loading: Loading) -> None:
    """Kinds of units."""
    for row in loading.rows("unit_kinds"):
        _apply_unit_kind(loading, row)


def _apply_unit_kind(loading: Loading, row: Row) -> None:
    kind = UnitKind.objects.filter(pk=row.key).first()
    loading.settle(
        "unit_kinds",
        row.key,
        wanted=row.values,
        current=None if kind is None else {name: getattr(kind, name) for name in row.values},
        create=lambda: create_kind(slug=row.key, **row.values, **loading.by),
        change=lambda changes: loading.save(kind, "unit_kind.changed", changes),
    )


def check_units(checking: Checking) -> None:
    """`units.yaml`, a tree of any depth."""
    waiting: list[tuple[Place, str]] = [(place, "") for place in checking.entries("units.yaml")]
    waiting.reverse()
    while waiting:  # in reading order: parents before children
        place, parent = waiting.pop()
        row = place.checked(UNIT)
        code = row.get("slug")
        if parent and "under" in row:
            (place / "under").refuse(_("Only a unit at the top of the tree can say under which existing unit it lies."))
        elif "under" in row and checking.known.require("unit", row["under"], place / "under"):
            parent = row["under"]
        checking.known.require("unit_kind", row.get("kind"), place / "kind")
        if checking.claim("unit", code, place / "slug"):
            checking.add(
                "units", row["slug"], {"name": row.get("name"), "kind": row.get("kind"), "parent": parent}, place
            )
        below = (place / "children").rows(optional=True) if "children" in row else ()
        waiting.extend(reversed([(child, code or "") for child in below]))


def apply_units(loading: Loading) -> None:
    """Units, from the top down. A unit that an administrator moved stays where it is."""
    for row in loading.rows("units"):
        _apply_unit(loading, row)


def _apply_unit(loading: Loading, row: Row) -> None:
    unit: OrgUnit | None = OrgUnit.objects.filter(slug=row.key).first()
    parent = OrgUnit.objects.filter(slug=row.values["parent"]).first()

    def typed(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "kind": UnitKind.objects.get(pk=values["kind"])} if "kind" in values else values

    wanted = {name: row.values[name] for name in ("name", "kind")}
    loading.settle(
        "units",
        row.key,
        wanted=wanted,
        current=None if unit is None else {"name": unit.name, "kind": unit.kind_id},
        create=lambda: create_unit(parent=parent, slug=row.key, **typed(wanted), **loading.by),
        change=lambda changes: change_unit(unit=loading.there(unit), changes=typed(changes), **loading.by),
    )


def check_roles(checking: Checking) -> None:
    """`roles.yaml`."""
    for place in checking.entries("roles.yaml"):
        row = place.checked(ROLE)
        desk = (place / "desk").checked(DESK) if "desk" in row else {}
        for number, code in enumerate(desk.get("permissions", [])):
            checking.known.require("permission", code, place / "desk" / "permissions" / number)
        if checking.claim("role", row.get("slug"), place / "slug"):
            values = {
                "name": per_language(row.get("name")),
                "represents": row.get("represents", False),
                "welcome": per_language(row.get("welcome")),
                "desk": {name: sorted(desk.get(name, [])) for name in DESK} if desk else {},
            }
            checking.add("roles", row["slug"], values, place)


def apply_roles(loading: Loading) -> None:
    """Roles, and the desk group of each that has desk rights."""
    for row in loading.rows("roles"):
        _apply_role(loading, row)


def _apply_role(loading: Loading, row: Row) -> None:
    found = Role.objects.select_related("group").filter(slug=row.key).first()

    def create() -> None:
        group = _group_for(row.values) if row.values["desk"] else None
        values = row.values
        texts = {name: values[name] for name in ("name", "welcome")}
        create_role(slug=row.key, **texts, represents=values["represents"], group=group, **loading.by)

    def change(changes: dict[str, Any]) -> None:
        role = loading.there(found)
        desk = changes.pop("desk", None)
        if desk and role.group is None:
            changes["group"] = _group_for(row.values)
        elif desk is not None and role.group is not None:
            _give_rights(role.group, desk)
            require_every_right_of(loading.actor, [role.group])
        if changes:
            change_role(role=role, changes=changes, **loading.by)
        else:
            loading.audit("role.changed", role, ["desk"])

    current: dict[str, Any] | None = None
    if found is not None:
        current = {name: getattr(found, name) for name in ("name", "represents", "welcome")}
        current["desk"] = _rights(found.group)
    loading.settle("roles", row.key, wanted=row.values, current=current, create=create, change=change)


def _group_for(values: dict[str, Any]) -> Group:
    """A new desk group named like the role."""
    name = values["name"]["zh-hans"]
    if Group.objects.filter(name=name).exists():
        name = f"{name} ({Group.objects.count() + 1})"
    group = Group.objects.create(name=name)
    _give_rights(group, values["desk"])
    return group


def _give_rights(group: Group, desk: dict[str, Any]) -> None:
    """Let the group have exactly the rights of `desk`."""
    group.permissions.set(_permissions(desk.get("permissions", [])))
    GroupPagePermission.objects.filter(group=group).delete()
    root = Page.get_first_root_node()
    for task in _review_tasks():
        if REVIEW in desk.get("pages", []):
            task.groups.add(group)
        else:
            task.groups.remove(group)
    for code in set(desk.get("pages", [])) - {REVIEW}:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{code}_page")
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    GroupCollectionPermission.objects.filter(group=group).delete()
    collection = Collection.get_first_root_node()
    for code in desk.get("media", []):
        for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
            permission = Permission.objects.get(content_type__app_label=app, codename=f"{code}_{model}")
            GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)


def _review_tasks() -> list[GroupApprovalTask]:
    """The steps of the review that pages pass before they are published, where the site has one."""
    at_root = WorkflowTask.objects.filter(workflow__active=True, workflow__workflow_pages__page__depth=1)
    return list(GroupApprovalTask.objects.filter(active=True, pk__in=at_root.values("task_id")))


def _permissions(codes: list[str]) -> list[Permission]:
    found = Permission.objects.filter(codename__in=[code.partition(".")[2] for code in codes])
    found = found.select_related("content_type")
    return [permission for permission in found if f"{permission.content_type.app_label}.{permission.codename}" in codes]


def _rights(group: Group | None) -> dict[str, Any]:
    """The rights of a group in the words of a pack."""
    if group is None:
        return {}
    codes = group.permissions.values_list("content_type__app_label", "codename")
    pages = GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True)
    media = GroupCollectionPermission.objects.filter(group=group).values_list("permission__codename", flat=True)
    return {
        "permissions": sorted(f"{app}.{code}" for app, code in codes),
        "pages": sorted(
            {code.removesuffix("_page") for code in pages}
            | {REVIEW for task in _review_tasks() if task.groups.filter(pk=group.pk).exists()}
        ),
        "media": sorted({code.rpartition("_")[0] for code in media}),
    }


def check_venues(checking: Checking) -> None:
    """`venues.yaml`."""
    for place in checking.entries("venues.yaml"):
        row = place.checked(VENUE)
        checking.known.require("unit", row.get("unit"), place / "unit")
        if checking.claim("venue", row.get("slug"), place / "slug"):
            values = {name: row.get(name, "") for name in ("name", "unit", "tier", "address", "opening_hours")}
            checking.add("venues", row["slug"], {**values, "facilities": row.get("facilities", [])}, place)


def apply_venues(loading: Loading) -> None:
    """Venues."""
    for row in loading.rows("venues"):
        _apply_venue(loading, row)


def _apply_venue(loading: Loading, row: Row) -> None:
    venue = Venue.objects.select_related("unit").filter(slug=row.key).first()
    loading.settle(
        "venues",
        row.key,
        wanted=row.values,
        current=None if venue is None else _values(venue, row.values),
        create=lambda: create_venue(slug=row.key, **loading.with_unit(row.values), **loading.by),
        change=lambda changes: change_venue(
            venue=loading.there(venue), changes=loading.with_unit(changes), **loading.by
        ),
    )


def check_teams(checking: Checking) -> None:
    """`teams.yaml`."""
    for place in checking.entries("teams.yaml"):
        row = place.checked(TEAM)
        checking.known.require("unit", row.get("unit"), place / "unit")
        low, high = row.get("min_strength", 5), row.get("target_strength", 7)
        if high < low:
            place.refuse(_("The target strength is below the minimum. Please correct one of the two."))
        if checking.claim("team", row.get("slug"), place / "slug"):
            values = {"name": row.get("name"), "unit": row.get("unit"), "kinds": row.get("kinds", [])}
            checking.add("teams", row["slug"], {**values, "min_strength": low, "target_strength": high}, place)


def apply_teams(loading: Loading) -> None:
    """Teams, without their members."""
    for row in loading.rows("teams"):
        _apply_team(loading, row)


def _apply_team(loading: Loading, row: Row) -> None:
    team = Team.objects.select_related("unit").filter(slug=row.key).first()
    loading.settle(
        "teams",
        row.key,
        wanted=row.values,
        current=None if team is None else _values(team, row.values),
        create=lambda: create_team(slug=row.key, **loading.with_unit(row.values), **loading.by),
        change=lambda changes: change_team(team=loading.there(team), changes=loading.with_unit(changes), **loading.by),
    )


def _values(obj: Venue | Team, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the row says now, in the words of a pack."""
    return {name: obj.unit.slug if name == "unit" else getattr(obj, name) for name in wanted}
