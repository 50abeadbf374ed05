"""What arrives too long, too large or in pieces is refused with a sentence that says so, and nothing is cut or lost."""

import pytest
from django.test import Client
from django.urls import reverse

from workflows.models import Case

MOVED_ON = "情况有了新的变化"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"text": "好'),
        ("multipart/form-data; boundary=x", "--x\r\nin pieces"),
        ("application/x-www-form-urlencoded", "&".join(f"f{number}=1" for number in range(2000))),
    ],
)
def test_what_cannot_be_read_is_not_told_as_news_about_the_case(journey, kind, body):
    # Whoever sent it was told that things had moved on, although nobody had done anything.
    case, _code = journey.started()
    addresses = [reverse("start", args=("wish",)), reverse("case", args=(case.pk,))]
    pages = [journey.guest.generic("POST", address, body, content_type=kind) for address in addresses]
    task = reverse("task", args=(journey.task(case, "verify").pk,))
    pages.append(journey.browser("wanggexia").generic("POST", task, body, content_type=kind))
    for page in pages:
        assert page.status_code == 400
        assert "浏览器发来的内容不完整" in page.content.decode()
        assert MOVED_ON not in page.content.decode()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("checks", [True, False])
def test_more_than_can_be_sent_at_once_is_told_as_such(journey, checks):
    # The limit was told as "we did not understand this", so people sent the same again.
    client = Client(enforce_csrf_checks=checks)
    client.get(reverse("start", args=("wish",)))
    for posted in ({"text": "好" * 2_000_000}, {f"f{number}": "1" for number in range(10_001)}):
        answer = client.post(reverse("start", args=("wish",)), posted)
        assert answer.status_code == 413
        assert "一次提交的内容太多" in answer.content.decode()


def test_a_broken_request_keeps_its_own_page(journey):
    answer = journey.guest.generic("POST", reverse("start", args=("wish",)), "x", content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "没有看懂这次请求" in answer.content.decode()


def test_a_reason_that_is_too_long_is_refused_and_kept_as_it_was_typed(journey):
    # A reason of 100,000 characters was cut to 2,000 without a word.
    case, _code = journey.started()
    worker, task, long = journey.browser("wanggexia"), journey.task(case, "verify"), "缺" * 100_000
    address, deputy = reverse("task", args=(task.pk,)), journey.cast.users["zhoufu"].pk
    for posted in (
        {"do": "outcome:back", "reason-back": long},
        {"do": "outcome:verified", "public_text": "盼人读报", "comment": long},
        {"do": "reassign", "to_user": deputy, "reason-reassign": long},
    ):
        answer = worker.post(address, posted)
        assert answer.status_code == 422
        assert "您写了 100000 个字" in answer.content.decode()
        assert long in answer.content.decode()
    given_up = journey.guest.post(reverse("case", args=(case.pk,)), {"do": "withdraw", "reason": long})
    assert given_up.status_code == 422
    assert long in given_up.content.decode()
    assert journey.task(case, "verify") == task


def test_a_reason_may_be_as_long_as_its_box_with_line_breaks_counted_once(journey):
    case, _code = journey.started()
    reason = "缺楼号\r\n" * 125  # 500 characters in the browser, 625 on the wire
    answer = journey.press(journey.browser("wanggexia"), case, "verify", "outcome:back", **{"reason-back": reason})
    assert answer.status_code == 302


def test_a_reason_for_giving_back_is_never_cut(journey):
    case, _code = journey.claimed()
    posted = {"do": "release", "reason": "病" * 201}
    answer = journey.browser("org1").post(reverse("case", args=(case.pk,)), posted)
    assert answer.status_code == 422
    assert "精简到 200 字以内" in answer.content.decode()
