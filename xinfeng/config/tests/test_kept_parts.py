"""A part of a page that is kept is the part that would be drawn now."""

import pytest
from django.utils import translation

from xinfeng.config import jinja

PAGE = """{% macro tiles(values) %}{% call kept("tiles", values) %}{{ _("Volunteer") }}
{%- for value in values %} {{ look(value) }}{% endfor %}{% endcall %}{% endmacro %}
{{- tiles(values) }}"""


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(jinja, "_drawn", {})
    env, looked_at = jinja.environment(), []
    env.globals["look"] = lambda value: looked_at.append(value) or f"<{value}>"
    template = env.from_string(PAGE)

    def drawn(*values):
        before = len(looked_at)
        return template.render(values=values), looked_at[before:]

    return drawn


def test_what_shows_the_same_is_drawn_once(page):
    first, seen = page(1, 2)

    assert (first, seen) == ("志愿者 &lt;1&gt; &lt;2&gt;", [1, 2])
    assert page(1, 2) == (first, [])


def test_another_value_or_another_language_is_drawn_anew(page):
    page(1, 2)

    assert page(1, None) == ("志愿者 &lt;1&gt; &lt;None&gt;", [1, None])
    with translation.override("en"):
        assert page(1, 2) == ("Volunteer &lt;1&gt; &lt;2&gt;", [1, 2])
    assert page(1, 2)[1] == []


def test_no_more_is_kept_than_its_share(page, monkeypatch):
    monkeypatch.setattr(jinja, "MOST_KEPT", 2)

    for value in range(5):
        page(value)

    assert len(jinja._drawn) <= 2
