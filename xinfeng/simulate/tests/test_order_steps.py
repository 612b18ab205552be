from xinfeng.journal import commands as journal
from xinfeng.simulate.order_steps import VERBS


def test_whatever_a_simulated_order_goes_through_has_its_sentence():
    assert [verb for verb in VERBS if verb not in journal.sentences()] == []
