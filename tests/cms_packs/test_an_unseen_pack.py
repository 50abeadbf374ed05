"""A pack that has nothing to do with wishes, with units, roles, forms and a flow of its own: a case runs through it."""

from datetime import timedelta

import pytest

from cms.packs.loading import load_pack
from core.actors import SYSTEM, Actor
from core.people.models import OrgUnit, Role, User
from core.people.services import appoint, create_member, give_login
from notifications.models import Message
from tests.cms_packs.conftest import NOW
from workflows.models import Case, Task
from workflows.selectors import inbox
from workflows.services import act, fire_due, start_case

LIBRARY = {
    "unit_kinds.yaml": "- {slug: town, name: 镇, territorial: true}\n- {slug: library, name: 图书馆}\n",
    "units.yaml": "- slug: riverside\n  name: 河畔镇\n  kind: town\n"
    "  children: [{slug: reading-room, name: 河畔阅览室, kind: library}]\n",
    "roles.yaml": "- {slug: librarian, name: 馆员}\n- {slug: director, name: 馆长}\n- {slug: reader, name: 读者}\n",
    "forms/book_request.yaml": """
title: {zh-hans: 荐购图书, en: Recommend a book}
v: 1
sections:
- id: book
  title: {zh-hans: 书, en: Book}
  fields:
  - {id: title, key: title, kind: text, label: {zh-hans: 书名, en: Title}, required: true, max_length: 80}
  - {id: copies, key: copies, kind: integer, label: {zh-hans: 几本, en: Copies}, required: true, min: 1, max: 50}
  - {id: price, key: price, kind: money, label: {zh-hans: 单价, en: Price}, required: true, min: 0}
  - {id: room, key: room, kind: unit, label: {zh-hans: 哪个馆, en: Library}, required: true, scope: {kinds: [library]}}
  - id: why
    key: why
    kind: long_text
    label: {zh-hans: 理由, en: Reason}
    required_if: {">": [{var: copies}, 10]}
""",
    "forms/book_order.yaml": """
title: 订购
v: 1
sections:
- id: order
  title: 订购
  fields:
  - {id: supplier, key: supplier, kind: choice, label: 书商, required: true,
     options: [{id: near, label: 本地}, {id: far, label: 外地}]}
""",
    "flows/book.yaml": """
title: {zh-hans: 荐购, en: Book requests}
v: 1
prefix: TS
start: {kind: manual, who: members, form: book_request, unit_from: room, title_from: title}
steps:
- id: size
  kind: branch
  name: 看总价
  branches:
  - id: dear
    name: 超过一千
    when: {">": [{"*": [{var: start.copies}, {var: start.price}]}, 1000]}
    steps:
    - id: allow
      kind: approval
      name: 馆长同意
      props:
        assignee: {rule: role, roles: [director], unit: case}
        not_same_as: [start]
        deadline: {days: 5, calendar: calendar}
      outcomes:
      - {id: allow, label: 同意, effect: continue}
      - {id: less, label: 少买几本, effect: "return:start", comment: required}
      - {id: refuse, label: 不买, effect: "end:refused", comment: required}
  - {id: cheap, name: 一千以内, default: true, steps: []}
- id: order
  kind: form
  name: 订购
  props:
    assignee: {rule: role, roles: [librarian], unit: case}
    form: book_order
- id: transport
  kind: wait
  name: 等书到
  props: {days: 7, calendar: calendar}
- id: tell
  kind: notify
  name: 告诉荐购人
  props:
    to: [starter, {rule: role, roles: [director], unit: case}]
    subject: {zh-hans: "《荐购》{{ case.number }} 的书到了", en: "The book of {{ case.number }} has arrived"}
- id: shelved
  kind: end
  name: 上架
  props: {result: shelved}
""",
}


@pytest.fixture
def library(workshop):
    load_pack(workshop.write(LIBRARY, slug="library"), actor=SYSTEM, now=NOW)
    room = OrgUnit.objects.get(slug="reading-room")
    for number, role in enumerate(("librarian", "director", "reader")):
        member = create_member(actor=SYSTEM, number=str(number), name="某人", now=NOW)
        give_login(actor=SYSTEM, member=member, username=role, password=None, now=NOW)
        post = {"member": member, "role": Role.objects.get(slug=role), "unit": room, "since": NOW.date()}
        appoint(actor=SYSTEM, **post, now=NOW)
    return {user.username: Actor(user=user) for user in User.objects.all()}


def request(library, **changed) -> Case:
    answers = {"title": "昆虫记", "copies": 3, "price": "42.50", "room": "reading-room", **changed}
    return start_case(flow="book", actor=library["reader"], answers=answers, now=NOW).case


def task(case: Case, step: str) -> int:
    return int(Task.objects.get(process=case, step_id=step, status__in=["NEW", "ASSIGNED"]).pk)


def test_a_cheap_request_goes_straight_to_the_librarian_waits_and_is_announced(library):
    case = request(library)
    assert not inbox(library["director"])
    act(task_id=task(case, "order"), actor=library["librarian"], outcome="", answers={"supplier": "near"}, now=NOW)
    assert fire_due(now=NOW + timedelta(days=5)) == 0
    fire_due(now=NOW + timedelta(days=9))
    case.refresh_from_db()
    assert (case.status, case.result) == ("DONE", "shelved")
    arrived = Message.objects.filter(subject__contains="书到了") | Message.objects.filter(subject__contains="arrived")
    assert set(arrived.values_list("user__username", flat=True)) == {"reader", "director"}


def test_a_dear_request_needs_the_director_who_may_send_it_back(library):
    case = request(library, copies=30, why="全班都要看。")
    act(task_id=task(case, "allow"), actor=library["director"], outcome="less", comment="十本够了。", now=NOW)
    again = {"title": "昆虫记", "copies": 10, "price": "42.50", "room": "reading-room"}
    act(task_id=task(case, "start"), actor=library["reader"], outcome="", answers=again, now=NOW)
    assert task(case, "order")


@pytest.mark.django_db
def test_a_pack_without_pages_has_a_home_page_of_ours_and_shows_what_one_can_start(workshop, client):
    """Home was Wagtail's welcome to developers, in English, and no link led a visitor to the flow."""
    open_to_all = {**LIBRARY, "flows/book.yaml": LIBRARY["flows/book.yaml"].replace("who: members", "who: anyone")}
    for _load in range(2):
        load_pack(workshop.write(open_to_all, "library"), actor=SYSTEM, now=NOW)
    home = client.get("/").content.decode()
    assert '<h1 class="hero__title">试验包</h1>' in home
    assert 'href="/start/"' in home
    assert 'href="/start/book/"' in client.get("/start/").content.decode()
