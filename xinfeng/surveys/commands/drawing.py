"""The draw: from the bound secret and what was thrown in public, for every drawn sample."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import scope, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys import drawing, framing, personal_codes, repeating
from xinfeng.surveys.models import (
    Mode,
    Sample,
    SampleCommunity,
    SampleUnit,
    Survey,
    SurveyState,
)

from .holding import locked, record

journal.declare({"survey.drawn": gettext_lazy("drew the households of a survey")})
# A throw, a lottery number: a few words that a crowd has heard.
LONGEST_DICE = 80
CODE_LENGTH = 10
_BATCH = 2000


@scope.command
def draw_survey(
    *,
    survey_id: int,
    dice: str,
    actor: Person,
    at: datetime,
    codes: Callable[[int, int], Sequence[str]] = short_code.many,
) -> Survey:
    """Draw communities, households, and the tenth that is asked a second time.

    `codes` makes so many codes of a length: they are printed on sheets and open nothing.
    """
    found = locked(survey_id, actor, at)
    dice = " ".join(dice.split())
    if found.drawn_at is not None and found.dice == dice:
        return found
    found.move_to(SurveyState.DRAWN)
    if not dice or len(dice) > LONGEST_DICE:
        raise Refusal(
            "no_dice", _("Write down what was thrown in public: up to 80 letters or digits.")
        )
    samples = [each for each in found.samples.order_by("mode") if each.is_drawn]
    if not samples or found.frame is None:
        raise Refusal("nothing_to_draw", _("Nothing of this survey is drawn by lot."))
    frame = framing.read(found.frame)
    found.dice, found.drawn_by, found.drawn_at = dice, actor, at
    found.save(update_fields=["state", "dice", "drawn_by", "drawn_at"])
    households = {}
    for sample in samples:
        sample.survey = found
        households[sample.mode] = _draw(sample, frame, codes)
    record("survey.drawn", found, actor, at, dice=dice, households=households)
    return found


def _draw(
    sample: Sample, frame: drawing.Frame, codes: Callable[[int, int], Sequence[str]]
) -> int:
    drawn = repeating.drawn_of(sample, frame)
    kept = _keep_communities(sample, drawn)
    again = repeating.called_back(sample, drawn.households)
    names = codes(len(drawn.households), CODE_LENGTH)
    digests: Sequence[bytes | None] = [None] * len(names)
    if sample.mode == Mode.WEB_CODE:
        digests = personal_codes.digests_of(personal_codes.codes_of(names).values())
    SampleUnit.objects.bulk_create(
        [
            SampleUnit(
                sample=sample, community=kept[each.community],
                division_id=sample.survey.division_id, code=name, number=int(each.household),
                web_digest=digest, is_called_back=(each.community, each.household) in again,
            )
            for each, name, digest in zip(drawn.households, names, digests, strict=True)
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    return len(drawn.households)


def _keep_communities(sample: Sample, drawn: drawing.Sample) -> dict[str, SampleCommunity]:
    strata = {each.key: each for each in sample.strata.order_by("key")}
    taken = Counter(each.community for each in drawn.households)
    rows = SampleCommunity.objects.bulk_create(
        [
            SampleCommunity(
                sample=sample, stratum=strata[each.community.stratum],
                division_id=int(each.community.code), households=each.community.size,
                taken=taken[each.community.code], chance_num=each.chance.numerator,
                chance_den=each.chance.denominator,
            )
            for each in drawn.communities
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    return {str(row.division_id): row for row in rows}
