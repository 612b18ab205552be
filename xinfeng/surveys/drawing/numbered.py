"""A community's list of households when nobody's name is on it: the numbers from 1."""

from collections.abc import Iterator, Sequence
from typing import overload


class Numbered(Sequence[str]):
    """ "1", "2" and so on up to `size`, made when they are asked for.

    A frame of a million households so costs no more than its communities.
    """

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        return map(str, range(1, self._size + 1))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [str(number + 1) for number in range(self._size)[place]]
        return str(range(1, self._size + 1)[place])
