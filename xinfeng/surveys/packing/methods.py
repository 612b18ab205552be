"""METHODS.md of a package, in Chinese and English, for whoever is no statistician."""

from collections.abc import Sequence
from importlib.resources import files

from .contents import Part


def methods(
    *, name: str, code: str, secret: str, commitment: str, dice: str, parts: Sequence[Part]
) -> str:
    blank = [part.told.get("sheets", {}).get("coarsened", {}) for part in parts]
    left = [part.told.get("sheets", {}).get("excluded", {}) for part in parts]
    pairs = list(zip([part.mode for part in parts], blank, left, strict=True))
    coarse = "; ".join(f"{mode} {_listed(said)}" for mode, said, _left in pairs)
    gone = "; ".join(f"{mode} {_listed(said)}" for mode, _blank, said in pairs)
    words = files("xinfeng.surveys.packing").joinpath("METHODS.md").read_text("utf-8")
    return words.format(
        name=name, code=code, secret=secret, commitment=commitment, dice=dice,
        coarse_zh=coarse, coarse_en=coarse, left_zh=gone, left_en=gone,
    )  # fmt: skip


def _listed(said: dict[str, int]) -> str:
    return ", ".join(f"{key} {count}" for key, count in sorted(said.items())) or "0"
