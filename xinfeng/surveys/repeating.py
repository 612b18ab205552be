"""The draw of a sample made again from what was kept: how anybody checks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import ceil

from xinfeng.base.sampling import number

from . import drawing, framing
from .models import Mode, Sample, SampleUnit, Survey

# So much of what surveyors bring in is asked a second time, by somebody else.
TENTH = 10
# Where somebody was sent; on the web nobody could have made the visit up.
_ASKED_BY_SOMEBODY = (Mode.HOUSEHOLD, Mode.PHONE)


def drawn_of(sample: Sample, frame: drawing.Frame) -> drawing.Sample:
    """The same each time; what is drawn depends on the sample's numbers and seed alone."""
    assert sample.per_community is not None
    return drawing.draw(
        frame,
        dict(sample.strata.order_by("key").values_list("key", "wanted")),
        sample.per_community,
        sample.seed,
        drawing.Way(sample.way),
    )


def called_back(sample: Sample, drawn: Sequence[drawing.Drawn]) -> frozenset[tuple[str, str]]:
    """Community and number of the tenth whose SHA-256 numbers are the smallest."""
    if sample.mode not in _ASKED_BY_SOMEBODY:
        return frozenset()
    named = [(each.community, each.household) for each in drawn]
    seed = f"{sample.seed} call-back"
    ranked = sorted(named, key=lambda one: number(seed, "\t".join(one)))
    return frozenset(ranked[: ceil(len(ranked) / TENTH)])


@dataclass(frozen=True)
class SampleCheck:
    """A sample drawn once more; households as `community/number`, chances included."""

    mode: str
    drawn: int
    # Households that only one of the two knows, or knows with another chance.
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    # Whether the tenth to be asked again is the same.
    call_back_holds: bool

    @property
    def holds(self) -> bool:
        return not self.missing and not self.foreign and self.call_back_holds


@dataclass(frozen=True)
class Check:
    """A draw repeated: what is as it was promised, and what is not."""

    frame_holds: bool
    commitment_holds: bool
    samples: tuple[SampleCheck, ...]

    @property
    def holds(self) -> bool:
        return (
            self.frame_holds
            and self.commitment_holds
            and all(sample.holds for sample in self.samples)
        )


def check(survey: Survey) -> Check:
    """Compare the draw made again with the households that were kept as drawn."""
    assert survey.frame is not None
    frame = framing.read(survey.frame)
    samples = [each for each in survey.samples.order_by("mode") if each.is_drawn]
    return Check(
        frame_holds=frame.digest() == survey.frame.digest,
        commitment_holds=sha256(survey.secret.encode()).hexdigest() == survey.commitment,
        samples=tuple(_checked(each, frame) for each in samples),
    )


def lines_of(sample: Sample, frame: drawing.Frame) -> list[str]:
    """What was drawn, as text: community, number, and the two chances."""
    return sorted(_told(each) for each in drawn_of(sample, frame).households)


def _checked(sample: Sample, frame: drawing.Frame) -> SampleCheck:
    again = drawn_of(sample, frame).households
    wanted, kept = {_told(each) for each in again}, set(_kept(sample))
    tenth = {
        (str(division), str(household))
        for division, household in SampleUnit.objects.filter(sample=sample, is_called_back=True)
        .order_by("pk")
        .values_list("community__division_id", "number")
    }
    return SampleCheck(
        sample.mode, len(again), tuple(sorted(wanted - kept)), tuple(sorted(kept - wanted)),
        tenth == called_back(sample, again),
    )  # fmt: skip


def _told(each: drawing.Drawn) -> str:
    return _line(each.community, each.household, each.community_chance, each.household_chance)


def _kept(sample: Sample) -> list[str]:
    units = SampleUnit.objects.filter(sample=sample).select_related("community").order_by("pk")
    return [
        _line(
            str(unit.community.division_id), str(unit.number),
            Fraction(unit.community.chance_num, unit.community.chance_den),
            Fraction(unit.community.taken, unit.community.households),
        )
        for unit in units
    ]  # fmt: skip


def _line(community: str, household: str, first: Fraction, second: Fraction) -> str:
    return f"{community}/{household}\t{first}\t{second}"
