"""Which few questions a second call asks once more."""

from xinfeng.surveys.asking import Bank, Question

MOST_SCALED = 3


def asked_again(bank: Bank) -> tuple[Question, ...]:
    """The headline and the first others of a scale that everybody is asked; then the margins.

    Whoever was never asked often has another sex or age than the sheet says.
    """
    for_all = [each for each in bank.scaled if not each.only_if]
    first = sorted(for_all, key=lambda each: each.code != bank.headline)[:MOST_SCALED]
    margins = [bank.questions[code] for code in (bank.margins or {}).values()]
    return (*first, *(each for each in margins if each not in first))
