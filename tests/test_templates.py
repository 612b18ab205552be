"""Rules over every page: it parses, speaks Chinese, and asks nothing of another origin."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from xinfeng.config import jinja, messages

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "xinfeng" / "config" / "static"
TEMPLATES = [p for folder in jinja.template_folders() for p in sorted(folder.rglob("*.html"))]
OWN_SCRIPTS = sorted((STATIC / "xinfeng").glob("*.js"))
KIB = 1024

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an event attribute": re.compile(
        r"<[^>]*\son(click|change|submit|load|input|error)\s*=", re.I
    ),
    "an inline script": re.compile(r"<script(?![^>]*\b(src=|type=\"application/json\"))", re.I),
    "another origin": re.compile(r"\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
    "an emoji": re.compile("[\U0001f300-\U0001faff]"),
}


def name_of(path):
    return str(path.relative_to(ROOT))


def compressed(*files):
    return sum(len(gzip.compress(f.read_bytes(), 9)) for f in files)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_every_template_parses_and_finds_what_it_names(template):
    env = jinja.environment()

    tree = env.parse(template.read_text(encoding="utf-8"), name_of(template))

    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)):
        if isinstance(node.template, nodes.Const):
            found = env.get_template(node.template.value)
        if isinstance(node, nodes.FromImport):
            for name in (n if isinstance(n, str) else n[0] for n in node.names):
                assert hasattr(found.module, name), f"{node.template.value} has no {name}"
    unknown = {f.name for f in tree.find_all(nodes.Filter)} - env.filters.keys()
    assert not unknown


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_template_needs_a_hole_in_the_content_security_policy(template):
    text = template.read_text(encoding="utf-8")

    found = {what for what, pattern in INLINE.items() if pattern.search(text)}

    assert not found


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_template_carries_words_outside_the_catalogues(template):
    """Chinese belongs into the catalogues; the name of the language itself does not."""
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.S)

    assert not messages.HAN.search(text.replace("中文", ""))


@pytest.fixture(scope="module")
def wordings():
    """What is wrong with the catalogues of all rooms: a room's wordings are compared with
    those of all others, which takes seconds."""
    return messages.problems()


@pytest.mark.parametrize("room", [room.name for room in messages.rooms()])
def test_everything_said_has_one_chinese_wording(room, wordings):
    found = [problem for problem in wordings if problem.startswith(f"{room}: ")]

    assert not found, "\n".join(found)


def test_stylesheets_stay_within_their_budget():
    assert compressed(*(STATIC / "xinfeng").glob("*.css")) <= 30 * KIB


def test_scripts_of_a_page_stay_within_their_budget():
    assert compressed(*OWN_SCRIPTS, STATIC / "vendor" / "htmx" / "htmx.min.js") <= 60 * KIB


@pytest.mark.parametrize("script", OWN_SCRIPTS, ids=name_of)
def test_own_scripts_name_no_other_origin_and_no_colour(script):
    text = script.read_text(encoding="utf-8")

    assert not re.search(r"https?://|//cdn", text)
    assert not re.search(r"[\"']#[0-9a-fA-F]{3,8}[\"']|rgba?\(", text)


def test_only_the_tokens_name_colours():
    text = (STATIC / "xinfeng" / "site.css").read_text(encoding="utf-8")

    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|gradient", text)


def test_shipped_libraries_are_those_the_list_names():
    listed = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", listed))

    found = {
        str(file.relative_to(STATIC / "vendor")): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (STATIC / "vendor").rglob("*")
        if file.suffix in {".js", ".css", ".svg"}
    }

    assert found == sums


def test_every_icon_a_page_names_is_in_the_sprite():
    sprite = (STATIC / "vendor" / "lucide" / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))

    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        assert set(re.findall(r'\bicon\("([^"]+)"', text)) <= drawn, name_of(template)
