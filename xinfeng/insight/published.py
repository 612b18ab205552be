"""Which figures the city publishes, in which order, against which targets: from its pack."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from xinfeng.base import figures, pack


@dataclass(frozen=True)
class Published:
    """The city's choice of figures; targets are whole numbers, of a ratio in permille."""

    city: int
    names: tuple[str, ...]
    targets: dict[str, int]

    @property
    def leading(self) -> tuple[str, ...]:
        """The six that the big screen shows."""
        return self.names[:6]


@cache
def published() -> Published:
    """Read once per process: a pack changes with a restart."""
    city = pack.load(settings.CITY_PACK)
    for entry in city.figures:
        # A middle value is not kept by month; a board shows what is.
        assert not figures.get(entry.name).median, f"{entry.name} cannot be rolled up"
    return Published(
        city=city.code,
        names=tuple(entry.name for entry in city.figures),
        targets={e.name: e.target for e in city.figures if e.target is not None},
    )
