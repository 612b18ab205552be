"""Projects of the places, some of them a brand of their own, and the pack's terms as rows."""

from dataclasses import dataclass

import numpy as np

from xinfeng.activities.models import Category, Programme, Project
from xinfeng.base.pack import Pack

from . import days
from .ground import Ints
from .loading import Loader
from .places import CENTRE, INSTITUTE, Places
from .quality import Kept, Quality
from .scale import Chance

_BRANDS = [
    "雁城微光",
    "银龄守护",
    "一米阳光",
    "邻里圆桌",
    "红马甲在行动",
    "田间课堂",
    "四点半学堂",
    "爱心驿站",
    "暖心饭堂",
    "蒸水清流",
    "围炉夜话",
    "板凳课堂",
    "敲门行动",
    "候鸟港湾",
    "小手拉大手",
    "七彩假期",
    "巧手坊",
    "老兵宣讲",
]


@dataclass(frozen=True)
class Projects:
    """Projects by index; `first` and `count` give each place's own."""

    place: Ints
    category: Ints
    names: list[str]
    brand: Ints
    first: Ints
    count: Ints


def load_terms(loader: Loader, pack: Pack) -> None:
    for model, terms in ((Category, pack.categories), (Programme, pack.programmes)):
        if terms:
            loader.add(
                model,
                {
                    "id": np.arange(1, len(terms) + 1),
                    "code": [term.code for term in terms],
                    "name": [term.name for term in terms],
                    "name_en": [term.name_en for term in terms],
                },
            )


def made(pack: Pack, places: Places, quality: Quality, chance: Chance) -> Projects:
    rng = chance("projects")
    n = len(places)
    kept = quality.line("PROJECTS", met=0.89)
    least = np.select([places.tiers == CENTRE, places.tiers == INSTITUTE], [3, 2], 1)
    more = rng.choice(3, n, p=[0.6, 0.3, 0.1])
    count = np.where(kept == Kept.MET, least + more, least - 1) * places.is_open
    branded = (quality.line("BRAND", met=0.66) == Kept.MET) & (count > 0)
    # A place without any project has no brand either.
    quality.lines["BRAND"] = np.where(branded, Kept.MET, Kept.NOT_MET)
    place = np.repeat(np.arange(n), count)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    brand = np.zeros(len(place), dtype=np.int64)
    brand[first[branded]] = 1
    category = rng.integers(0, len(pack.categories), len(place))
    words = rng.integers(0, len(_BRANDS), len(place))
    names = [
        f"“{_BRANDS[w]}”{pack.categories[c].name}{'品牌' if b else ''}项目"
        for w, c, b in zip(words, category, brand, strict=True)
    ]
    return Projects(place, category, names, brand, first, count)


def load(
    loader: Loader, projects: Projects, pack: Pack, places: Places, chance: Chance
) -> None:
    rng = chance("programmes of projects")
    rows = len(projects.place)
    programme = rng.integers(1, max(2, len(pack.programmes) + 1), rows)
    none = (rng.random(rows) < 0.5) | (not pack.programmes)
    opened = places.opened[projects.place]
    starts = np.minimum(opened + rng.integers(0, 400, rows), days.at("2022-03-20"))
    loader.add(
        Project,
        {
            "id": np.arange(1, rows + 1),
            "place_id": projects.place + 1,
            "programme_id": np.ma.array(programme, mask=none),
            "name": projects.names,
            "is_brand": projects.brand.astype(bool),
            "starts_on": np.maximum(starts, opened),
            "ends_on": None,
        },
    )
