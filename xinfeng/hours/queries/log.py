"""How the public log stands, and what is printed of it in the public notice."""

from dataclasses import dataclass

from xinfeng.hours.models import Checkpoint
from xinfeng.hours.public_log import PublicLog

SHOWN = 20


@dataclass(frozen=True)
class SignedHead:
    checkpoint: Checkpoint

    @property
    def words(self) -> str:
        """The root in groups of four, as it is printed and compared by eye."""
        text = bytes(self.checkpoint.root).hex()
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@dataclass(frozen=True)
class LogPage:
    origin: str
    key: str
    heads: list[SignedHead]


def log_page(log: PublicLog) -> LogPage:
    heads = [SignedHead(one) for one in Checkpoint.objects.order_by("-size")[:SHOWN]]
    return LogPage(log.origin, str(log.key.public), heads)
