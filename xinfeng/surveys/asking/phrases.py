"""Words that give a badly put question away, in Chinese and in English.

Each look gets the text of a question and gives back the words it stumbled over, or "". Words
in which a sign only looks like trouble (和谐, 参与, 及时, 非常) are taken out first.
"""

import re
from collections.abc import Callable

from xinfeng.base.words import Words

Look = Callable[[str], str]

_HARMLESS = re.compile(
    r"[（(][^（）()]*[）)]|和谐|和睦|和平|和气|温和|平和|缓和|总和|饱和|共和国|参与|与会|与否|及时|及格"
    r"|普及|涉及|顾及|党和政府|非常|不少|不断|不同|不良|不动产|未成年|未来|无障碍|无线|无人机|是不是|有没有"
    r"|能不能|会不会|好不好|满意不满意|满不满意|同不同意|说不清|总的来说"
)
# “与 … 配合” is one thing that two do together.
_TOGETHER = r"(?:配合|沟通|交流|合作|互动|联系|关系|往来|相比|衔接|结合)"
_DOUBLE = re.compile(
    r"(?:您|你)?(?:对|了解|支持|认为|觉得)?"
    r"([^，。？！、和与及〇\s]{1,10}(?:以及|并且|和|与|及|、)[^，。？！]{1,14}?)"
    r"(?=(?:的)?(?:满意|满足|认可|认同|支持|赞成|同意|评价)|[吗呢吧？]|$)"
)
_DOUBLE_TOGETHER = re.compile(rf"(?:与|和|同)[^，。？！和与及、]{{1,8}}{_TOGETHER}")
_LEADING_ZH = re.compile(
    r"是否(?:认同|赞同|同意)[^，。？！]*(?:成效|成绩|成果|变化|提升|改善|进步|贡献)"
    r"|大力|显著|卓有成效|成效明显|明显(?:改善|提升|提高|成效|好转|变化)|巨大|辉煌|优异|丰硕|喜人|大大|日益"
    r"|不断(?:改善|提升|提高|完善|优化)|全力以赴|高度重视|众所周知|大家都|多数人(?:都)?认为|难道|应该[^，。？！]*吧"
    r"|优质高效|先进的|落后的|糟糕的|混乱的"
)
_DENIES_ZH = re.compile(
    r"(?:不|没有?|未|无法|并非|非|否认|反对)[^，。？！]{0,10}?(?:不|没|未|无|非|禁止|反对)"
)
_ABSOLUTE_ZH = re.compile(
    r"从来|从不|从未|总是|永远|绝对|完全|全部|所有|任何|每一(?:个|次|位|天)|百分之百|一点也|都(?:能|会|很|是)"
)
_JARGON_ZH = re.compile(
    r"创文|创城|双创|创卫|放管服|一网通办|一窗通办|最多跑一次|营商环境|网格化|长效机制|常态化|精细化|获得感|抓手"
    r"|闭环|赋能|综治|群防群治|三务公开|五位一体|四议两公开|接诉即办|未诉先办|首问负责|雪亮工程|点位|台账|测评体系"
)

_HARMLESS_EN = re.compile(
    r"\([^()]*\)|\ball in all\b|\bat all\b|\b(?:back and forth|pros and cons|law and order"
    r"|health and safety|peace and quiet)\b",
    re.I,
)
_DOUBLE_EN = re.compile(
    r"(?:with|of|about|find|like|support)\s+((?:[^,.?;]*?)\b(?:and|or|as well as)\b[^,.?;]*)",
    re.I,
)
_LEADING_EN = re.compile(
    r"\b(?:do(?:n['’]t)? you (?:not )?agree that|would(?:n['’]t)? you (?:not )?agree"
    r"|is(?:n['’]t) it|are(?:n['’]t) you|don['’]t you|as everybody knows"
    r"|most people (?:think|agree)"
    r"|significant(?:ly)?|remarkabl[ey]|outstanding|excellent|tremendous(?:ly)?|vigorous(?:ly)?"
    r"|great(?:ly)? (?:improve\w*|efforts?|achievements?|progress|success))\b",
    re.I,
)
_DENIAL_EN = re.compile(
    r"\b(?:not|never|no|nobody|nothing|without|neither|nor)\b|n['’]t\b"
    r"|\b(?:un|dis|in|im)(?:satisf\w+|happy|fair\w*|safe\w*|agree\w*|like\w*|necessary|possible"
    r"|convenient|clean|pleasant|friendly|opposed)\b",
    re.I,
)
_ABSOLUTE_EN = re.compile(
    r"\b(?:always|never|completely|entirely|totally|absolutely|every (?:time|day|single)"
    r"|(?:all|every|any) (?:of |the |public |people|residents|place)\w*)\b",
    re.I,
)
_JARGON_EN = re.compile(
    r"\b(?:governance|stakeholders?|grid management|normali[sz]ation|business environment"
    r"|long-term mechanism|streamlin\w+|empower\w*|closed loop|benchmark\w*"
    r"|capacity building)\b",
    re.I,
)
_WAY_OUT = re.compile(
    r"说不清|不清楚|不知道|不了解|记不清|其他|其它|都没有|都不|以上均|没有以上|不适用|拒绝|不愿"
    r"|\b(?:other|none|cannot say|can['’]t say|do(?:n['’]t| not) (?:know|remember)|no opinion"
    r"|not applicable|rather not)\b",
    re.I,
)


def way_out(text: Words) -> bool:
    """Whether an answer fits whom no other fits."""
    return bool(_WAY_OUT.search(text.zh) or _WAY_OUT.search(text.en))


def _plain(text: str) -> str:
    return _HARMLESS.sub("〇", text)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(found.lastindex or 0).strip().replace("〇", "…") if found else ""


def _double_zh(text: str) -> str:
    return _first(_DOUBLE, _DOUBLE_TOGETHER.sub("〇", _plain(text)))


def _double_en(text: str) -> str:
    return _first(_DOUBLE_EN, _HARMLESS_EN.sub(" ", text))


def _denies_en(text: str) -> str:
    found = [each.group(0) for each in _DENIAL_EN.finditer(_HARMLESS_EN.sub(" ", text))]
    return " … ".join(found[:2]) if len(found) > 1 else ""


def _look(pattern: re.Pattern[str], harmless: re.Pattern[str]) -> Look:
    return lambda text: _first(pattern, harmless.sub("〇", text))


SIGNS: tuple[tuple[str, Look, Look], ...] = (
    ("double", _double_zh, _double_en),
    # Praise is looked for in the whole text: 不断提升 is harmless nowhere.
    ("leading", lambda text: _first(_LEADING_ZH, text), _look(_LEADING_EN, _HARMLESS_EN)),
    ("negatives", _look(_DENIES_ZH, _HARMLESS), _denies_en),
    ("absolute", _look(_ABSOLUTE_ZH, _HARMLESS), _look(_ABSOLUTE_EN, _HARMLESS_EN)),
    ("jargon", _look(_JARGON_ZH, _HARMLESS), _look(_JARGON_EN, _HARMLESS_EN)),
)
