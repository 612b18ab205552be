"""A document as YAML that people can change and bring back: the same questions, no others."""

from typing import Any

import yaml

Said = dict[str, Any]
# The order in which people read them; the database keeps none.
_KEYS = (
    "code", "example", "kind", "title", "welcome", "thanks", "headline", "flips", "margins",
    "screening", "rotates", "scale", "text", "hint", "required", "only_if", "question", "among",
    "most", "lowest", "highest", "score", "satisfied", "no_opinion", "zh", "en", "options",
    "scales", "blocks", "questions",
)  # fmt: skip
_WIDTH = 10_000


def yaml_of(code: str, document: Said) -> str:
    """Read again it gives the same document and the same digest."""
    return str(
        yaml.safe_dump(
            ordered({"code": code, **document}), allow_unicode=True, sort_keys=False,
            default_flow_style=None, width=_WIDTH,
        )
    )  # fmt: skip


def ordered(said: Any) -> Any:
    if isinstance(said, list):
        return [ordered(each) for each in said]
    if not isinstance(said, dict):
        return said
    order = {key: place for place, key in enumerate(_KEYS)}
    # Names of margins are no keys of ours and keep their alphabet.
    keys = sorted(said, key=lambda key: (order.get(key, len(_KEYS)), key))
    return {key: ordered(said[key]) for key in keys}
