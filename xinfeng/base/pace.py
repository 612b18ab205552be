"""How often somebody may ask: a leaky bucket for each key, in the memory of one process.

No rows are written, so a flood costs the database nothing; several serving processes count
apart, so the true limit is up to their number times as high.
"""

from collections import OrderedDict
from threading import Lock

KEYS = 20_000


class Pace:
    """At most `most` at once, refilled evenly over `seconds`; 0 means without a limit."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self._seconds_each = seconds / most if most else 0.0
        # The moment at which a key's bucket will be empty again.
        self._empty_at: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, now: float) -> float:
        """How many seconds until there is one to take; nothing is taken."""
        with self._lock:
            empty_at = max(self._empty_at.get(key, now), now) + self._seconds_each
        return max(0.0, empty_at - now - self.most * self._seconds_each) if self.most else 0.0

    def take(self, key: str, now: float) -> float:
        """Take one; 0.0, or how many seconds to wait when there is none to take."""
        if not self.most:
            return 0.0
        with self._lock:
            empty_at = max(self._empty_at.pop(key, now), now) + self._seconds_each
            wait = empty_at - now - self.most * self._seconds_each
            # Rounding must not refuse the last one that fits.
            if wait > 1e-6:
                self._empty_at[key] = empty_at - self._seconds_each
                return wait
            self._empty_at[key] = empty_at
            if len(self._empty_at) > KEYS:
                self._empty_at.popitem(last=False)
            return 0.0
