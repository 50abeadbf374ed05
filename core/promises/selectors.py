"""Reads the public board of wishes and the wall of pledges."""

from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import Case, Count, F, Prefetch, QuerySet, TextField, When
from django.db.models.functions import Cast

from core.exceptions import NotFound
from core.promises.models import Claim, Pledge, Wish

Order = Literal["waiting", "newest", "needed"]
ON_BOARD = [Wish.State.OPEN, Wish.State.CLAIMED, Wish.State.FULFILLED]
FULFILLED_LAST = Case(When(state=Wish.State.FULFILLED, then=1), default=0)  # they wait for nobody any more
ORDERS: dict[str, list[Any]] = {  # expressions of two kinds, with no common type in the stubs
    "waiting": [FULFILLED_LAST, F("registered_at").asc(), F("pk").asc()],
    "newest": [F("published_at").desc(), F("pk").desc()],
    "needed": [FULFILLED_LAST, F("needed_by").asc(nulls_last=True), F("registered_at").asc(), F("pk").asc()],
}


def wishes_on_board(
    *,
    state: str | None = None,
    categories: Iterable[str] = (),
    unit_ids: Iterable[int] = (),
    claimant_kind: str | None = None,
    order: Order = "waiting",
) -> QuerySet[Wish]:
    """The public wishes, each with its `unit` and `standing_claims` (the one held or fulfilled, with its claimant).

    `state`, `categories`, `unit_ids` and `claimant_kind` narrow; empty means all. `order`: longest waiting, newest
    first, or soonest needed; the fulfilled come last, except among the newest.
    """
    wishes = _board().order_by(*ORDERS[order])
    if state:
        wishes = wishes.filter(state=state)
    if wanted := list(categories):
        wishes = wishes.filter(category__in=wanted)
    if units := list(unit_ids):
        wishes = wishes.filter(unit_id__in=units)
    if claimant_kind:
        kinds = Cast("claimant_kinds", TextField())  # SQLite cannot ask what a JSON list contains
        wishes = wishes.annotate(kinds_text=kinds).filter(kinds_text__contains=f'"{claimant_kind}"')
    return wishes


def wish_on_board(pk: int) -> Wish:
    """One public wish, as `wishes_on_board` gives it. Raises: `NotFound`."""
    wish = _board().filter(pk=pk).first()
    if wish is None:
        raise NotFound
    return wish


def public_texts(case_ids: Iterable[int]) -> dict[int, str]:
    """Primary key of a case → what the board says of its wish, for those that are on it."""
    on_board = Wish.objects.filter(case_id__in=list(case_ids), state__in=ON_BOARD)
    return dict(on_board.values_list("case_id", "public_text"))


def board_counts() -> dict[str, int]:
    """How many wishes are on the board, by state; every state is there."""
    rows = Wish.objects.filter(state__in=ON_BOARD).values_list("state").annotate(number=Count("pk"))
    return {str(state): 0 for state in ON_BOARD} | {str(state): number for state, number in rows}


def _board() -> QuerySet[Wish]:
    standing = Claim.objects.exclude(state=Claim.State.RELEASED).select_related("member", "team", "organisation")
    wishes = Wish.objects.filter(state__in=ON_BOARD).select_related("unit")
    return wishes.prefetch_related(Prefetch("claims", queryset=standing, to_attr="standing_claims"))


def pledges_on_wall(
    *,
    unit_ids: Iterable[int] = (),
    categories: Iterable[str] = (),
    theme_ids: Iterable[int] = (),
    member_id: int | None = None,
) -> QuerySet[Pledge]:
    """The public pledges, the newest first, each with `member`, `unit`, `theme` and its `items`; empty means all."""
    pledges = Pledge.objects.filter(state=Pledge.State.POSTED).select_related("member", "unit", "theme")
    if units := list(unit_ids):
        pledges = pledges.filter(unit_id__in=units)
    if wanted := list(categories):
        pledges = pledges.filter(category__in=wanted)
    if themes := list(theme_ids):
        pledges = pledges.filter(theme_id__in=themes)
    if member_id is not None:
        pledges = pledges.filter(member_id=member_id)
    return pledges.prefetch_related("items").order_by("-posted_at", "-pk")
