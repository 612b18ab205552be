"""Small shapes worked out on the server, so that they stand on a page without any script."""

from collections.abc import Sequence
from dataclasses import dataclass

Number = int | float


@dataclass(frozen=True)
class Spark:
    """A line of history: one path with gaps where nothing is known, and its last point."""

    path: str
    last: tuple[float, float] | None


def sparkline(values: Sequence[Number | None], width: int = 96, height: int = 28) -> Spark:
    """Fit the values into a box with a margin of two; a gap stays a gap."""
    known = [v for v in values if v is not None]
    if not known:
        return Spark("", None)
    low, span = min(known), max(known) - min(known)
    step = (width - 6) / max(1, len(values) - 1)
    points = [
        None if v is None else (3 + i * step, _height(v, low, span, height))
        for i, v in enumerate(values)
    ]
    drawn = [p for p in points if p]
    return Spark(_path(points), drawn[-1])


def split(
    counts: Sequence[int], width: int = 100, gap: float = 0.6
) -> list[tuple[float, float]]:
    """Where each part of a whole starts and how wide it is; the smallest part stays visible."""
    total = sum(counts)
    if not total:
        return [(0.0, 0.0) for _ in counts]
    shown = [max(count / total * width, 1.2) if count else 0.0 for count in counts]
    scale = (width - gap * (sum(1 for s in shown if s) - 1)) / sum(shown)
    parts, at = [], 0.0
    for part in shown:
        size = part * scale
        parts.append((round(at, 2), round(size, 2)))
        at += size + gap if size else 0
    return parts


def _height(value: Number, low: Number, span: Number, height: int) -> float:
    part = (value - low) / span if span else 0.5
    return round(height - 4 - part * (height - 8), 1)


def _path(points: list[tuple[float, float] | None]) -> str:
    words, pen_down = [], False
    for point in points:
        if point:
            words.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]}")
        pen_down = point is not None
    return "".join(words)
