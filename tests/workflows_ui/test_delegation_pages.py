"""The pages of a task that is with a colleague for his opinion."""

from django.urls import reverse

from tests.workflows_ui.journey import PHONE


def opened(client, task):
    answer = client.get(reverse("task", args=(task.pk,)))
    assert answer.status_code == 200
    return answer.content.decode()


def test_asking_answering_and_deciding_on_the_pages(journey):
    case, _code = journey.started()
    worker, deputy = journey.browser("wanggexia"), journey.browser("zhoufu")
    task = journey.task(case, "verify")
    page = opened(worker, task)
    assert '<summary class="btn btn--plain">更多' in page
    to = journey.cast.users["zhoufu"].pk
    sent = {"to-delegate": to, "reason-delegate": f"请看看电话{PHONE}对不对"}
    assert journey.press(worker, case, "verify", "delegate", **sent).status_code == 302
    assert "您已请同事" in opened(worker, task)
    page = opened(deputy, task)
    assert "想听听您的意见" in page
    assert 'value="outcome:verified"' not in page
    assert 'name="suggested" value="verified"' in page
    missing = journey.press(deputy, case, "verify", "answer", **{"reason-answer": " ", "suggested": "verified"})
    assert missing.status_code == 422
    assert "checked" in missing.content.decode()
    assert journey.press(deputy, case, "verify", "outcome:verified", public_text="x").status_code == 403
    sent = {"reason-answer": "上门看过，属实", "suggested": "verified"}
    assert journey.press(deputy, case, "verify", "answer", **sent).status_code == 302
    page = opened(worker, task)
    assert "上门看过，属实" in page
    assert "倾向于：属实，交社区书记" in page
    assert journey.press(worker, case, "verify", "outcome:verified", public_text="盼人读报").status_code == 302
    story = worker.get(reverse("case", args=(case.pk,))).content.decode()
    assert "上门看过，属实" in story
    assert PHONE not in story
    assert "核实 · 意见 · 属实，交社区书记" in deputy.get(reverse("done_by_me")).content.decode()


def test_who_was_not_offered_cannot_be_asked_and_a_stranger_sees_nothing(journey):
    case, _code = journey.started()
    worker = journey.browser("wanggexia")
    for to in (journey.cast.users["outsider"].pk, journey.cast.users["wanggexia"].pk, 0, "x"):
        sent = {"to-delegate": to, "reason-delegate": "x"}
        assert journey.press(worker, case, "verify", "delegate", **sent).status_code == 422
    for do in ("delegate", "answer", "give_back", "call_back"):
        assert journey.press(journey.browser("outsider"), case, "verify", do).status_code == 404
    assert journey.press(worker, case, "verify", "call_back").status_code == 403
    assert journey.task(case, "verify").owner is None


def test_calling_back_and_giving_back_are_buttons(journey):
    case, _code = journey.started()
    worker, deputy = journey.browser("wanggexia"), journey.browser("zhoufu")
    sent = {"to-delegate": journey.cast.users["zhoufu"].pk, "reason-delegate": "请看看"}
    journey.press(worker, case, "verify", "delegate", **sent)
    assert 'value="call_back"' in opened(worker, journey.task(case, "verify"))
    assert journey.press(worker, case, "verify", "call_back").status_code == 302
    journey.press(worker, case, "verify", "delegate", **sent)
    assert 'value="give_back"' in opened(deputy, journey.task(case, "verify"))
    given = journey.press(deputy, case, "verify", "give_back", **{"reason-give_back": "出差"})
    assert given.status_code == 302
    assert "出差" in opened(worker, journey.task(case, "verify"))
