"""What a case is called in lists."""

from core.actors import SYSTEM
from forms.models import FormDefinition
from forms.services import publish_form
from tests.workflows.conftest import Bench
from tests.workflows.flows import approval, field, flow, form
from workflows import services

OPTIONS = [
    {"id": "film", "label": {"zh-hans": "看一场电影", "en": "A film"}},
    {"id": "walk", "label": {"zh-hans": "散步", "en": "A walk"}},
]


def test_a_case_named_by_a_choice_carries_the_label_and_not_the_code(bench: Bench) -> None:
    # Lists showed the option's id, "film", which means nothing to whoever works through them.
    definition = FormDefinition.objects.create(
        slug="choose", title="表", document=form(field("which", "choice", options=OPTIONS, required=True))
    )
    publish_form(definition=definition, actor=SYSTEM, now=bench.now)
    back = {"id": "back", "label": "退回", "effect": "return:start"}
    document = flow(approval("review", back, {"id": "yes", "label": "通过"}), form="choose", title_from="which")
    bench.publish(document)
    case = services.start_case(flow="flow", actor=bench.actor("member1"), answers={"which": "film"}, now=bench.now).case
    assert case.title == "看一场电影"
    bench.act(case, "review", outcome="back")
    bench.act(case, "start", "member1", which="walk")
    assert case.title == "散步"
