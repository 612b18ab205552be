"""The template environment of all pages: where templates lie, and what they may call."""

from collections.abc import Callable, Hashable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from xinfeng.base import masking
from xinfeng.config import drawing, wording
from xinfeng.insight.strips import strip

# Parts of pages kept ready, of some tens of kilobytes at most.
MOST_KEPT = 256
PACKAGE = Path(__file__).resolve().parent.parent

_FILTERS = {
    "tuple": tuple,
    "number": wording.number,
    "people": wording.people,
    "share": wording.share,
    "hours": wording.hours,
    "day": wording.day,
    "date": wording.date_of,
    "moment": wording.moment,
    "month": wording.month,
    "weekday": wording.weekday,
    "time": wording.time,
    "period": wording.period,
    "signed": wording.signed,
    "masked": masking.number,
    "masked_name": masking.name,
}


def template_folders() -> list[Path]:
    """The shared templates first, then those of each room."""
    shared = PACKAGE / "config" / "templates"
    return [shared, *sorted(p for p in PACKAGE.glob("*/templates") if p != shared)]


def environment(**options: Any) -> Environment:
    """Build the environment for Django's Jinja2 backend; its own loader is replaced."""
    options["loader"] = FileSystemLoader(template_folders())
    options["autoescape"] = True
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = options["lstrip_blocks"] = True
    options["extensions"] = ["jinja2.ext.i18n", "jinja2.ext.loopcontrols", "jinja2.ext.do"]
    env = Environment(**options)  # noqa: S701
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.policies["json.dumps_kwargs"] = {
        "cls": DjangoJSONEncoder,
        "ensure_ascii": False,
        "sort_keys": False,
    }
    env.globals.update(
        url=url,
        here=here,
        language=wording.language,
        # A page names the file of icons seventy times; it moves with the program alone.
        static=cache(static),
        ranked=wording.ranked,
        placed=wording.placed,
        sparkline_shape=drawing.sparkline,
        split_shape=drawing.split,
        strip=strip,
        kept=kept,
    )
    env.filters.update(_FILTERS)
    return env


def url(name: str, *args: Any, **query: Any) -> str:
    """The address of a page; keyword arguments become its query, and None leaves one out."""
    return _path(get_script_prefix(), get_urlconf(), name, args) + _query(query)


# The same few dozen addresses stand on each page, and finding one costs sixty lookups.
@lru_cache(maxsize=4096, typed=True)
def _path(_prefix: str, _urlconf: str | None, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


_drawn: dict[tuple[Hashable, ...], Markup] = {}


def kept(what: str, *shown: Hashable, caller: Callable[[], Markup]) -> Markup:
    """A part of a page that is drawn anew only when what it shows has changed.

    `shown` is everything that the part is drawn from, so nobody is ever shown what was drawn
    of something else: for a visitor who may see other values, the values are others.
    """
    key = (what, translation.get_language(), get_script_prefix(), *shown)
    part = _drawn.get(key)
    if part is None:
        if len(_drawn) >= MOST_KEPT:
            _drawn.clear()
        part = _drawn[key] = caller()
    return part


@pass_context
def here(context: Context, **changes: Any) -> str:
    """The present address with some of its query changed: a filtered view can be sent."""
    request = context["request"]
    kept = {k: request.GET.getlist(k) for k in request.GET if k not in changes}
    return str(request.path) + _query({**kept, **changes})


def _query(values: dict[str, Any]) -> str:
    given = {k: v for k, v in values.items() if v is not None and v != ""}
    return "?" + urlencode(given, doseq=True) if given else ""
