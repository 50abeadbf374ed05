"""The wish from start to end, through the services alone."""

from tests.workflows.conftest import Bench
from tests.workflows.flows import wish


def test_a_wish_goes_from_the_resident_to_its_fulfilment(bench: Bench) -> None:
    case = bench.start(wish(), login="", value=3)
    assert bench.codes[case.pk]
    assert bench.open(case) == ["verify"]
    bench.act(case, "verify", "zhoufu", "back", comment="请补电话")
    assert bench.open(case) == ["start"]
    bench.act(case, "start", bench.guest(case), what="一件事", where="fangta", value=4)
    bench.act(case, "verify", "zhoufu", "verified")
    bench.act(case, "approve", "lishuji", "approve", remark="送一袋米")
    assert bench.log == ["送一袋米"]
    bench.claim(case)
    assert bench.log[-1] == "claimed"
    bench.act(case, "fulfil", "org1", remark="已送到")
    bench.act(case, "confirm", bench.guest(case), "not_yet")
    bench.act(case, "fulfil", "org1", remark="又送了一次")
    bench.act(case, "confirm", bench.guest(case), "yes")
    assert bench.result(case) == ("DONE", "fulfilled", [])
