"""Categories, skills and qualifications as the city's pack names them."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation

from xinfeng.base import pack
from xinfeng.base.pack import Term


def categories() -> tuple[Term, ...]:
    return pack.load(settings.CITY_PACK).categories


def skills() -> tuple[Term, ...]:
    return pack.load(settings.CITY_PACK).skills


def qualifications() -> tuple[Term, ...]:
    return pack.load(settings.CITY_PACK).qualifications


def named(codes: Iterable[str], terms: Iterable[Term]) -> str:
    """The terms in words; a code that the pack no longer has stands for itself."""
    english = (translation.get_language() or "").startswith("en")
    names = {
        term.code: term.name_en if english and term.name_en else term.name for term in terms
    }
    return "、".join(names.get(code, code) for code in codes)
