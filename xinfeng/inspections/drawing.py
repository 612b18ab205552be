"""The draw of a round between its rows and the pure engine, and how anybody repeats it."""

from dataclasses import dataclass

from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.units.models import Point

from . import reading
from .models import Round, Standard
from .rounds import Drawn, Frame, draw


def frame_of(standard: Standard, span: tuple[int, int]) -> Frame:
    """Every open point of the area at which the standard reads something."""
    tree = reading.tree_of(standard)
    types = {kind for line in tree.lines.values() if line.field for kind in line.field.types}
    points = Point.objects.open().inside(*span).filter(type__code__in=types)
    return Frame(
        {
            code: (str(county_of(division)), kind)
            for code, division, kind in points.values_list("code", "division_id", "type__code")
        }
    )


def county_of(division_id: int) -> int:
    return codes.span(division_id, Level.COUNTY)[0]


def written(frame: Frame) -> str:
    """The text of which `Frame.digest` is the SHA-256: `code<TAB>county<TAB>type`, sorted."""
    ordered = sorted(frame.strata, key=str.encode)
    return "".join("\t".join((code, *frame.strata[code])) + "\n" for code in ordered)


def frame_read(text: str) -> Frame:
    lines = (line.split("\t") for line in text.splitlines())
    return Frame({code: (county, kind) for code, county, kind in lines})


def drawn_of(found: Round) -> Drawn:
    """The draw made again from what was kept; the same each time."""
    return draw(frame_read(found.frame), found.size, found.seed, least=found.least)


@dataclass(frozen=True)
class Check:
    """A draw repeated: what is as it was promised, and what is not."""

    frame_holds: bool
    commitment_holds: bool
    # Codes that only one of the two knows.
    missing: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return (
            self.frame_holds and self.commitment_holds and not self.missing and not self.foreign
        )


def check(found: Round, *, digest_of_secret: str, kept: frozenset[str]) -> Check:
    """Compare the draw made again with the points that were kept as drawn."""
    again = frozenset(drawn_of(found).codes())
    return Check(
        frame_holds=frame_read(found.frame).digest() == found.frame_digest,
        commitment_holds=digest_of_secret == found.commitment,
        missing=tuple(sorted(again - kept)),
        foreign=tuple(sorted(kept - again)),
    )
