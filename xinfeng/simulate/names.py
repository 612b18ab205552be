"""Names for people who do not exist: common surnames by frequency, common characters."""

import numpy as np
from numpy.typing import NDArray

from .copy_binary import Text

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# Hunan has more of these than the country.
_LOCAL = "刘李谭周陈王蒋罗张肖彭唐邓廖曾欧贺阳谢龙凌资全"
_FEMALE = (
    "英秀芳华慧巧美娜静淑惠珠翠雅芝玉萍红娥玲芬燕彩春菊兰凤洁梅琳素云莲真环雪荣爱"
    "妹霞香月莺媛艳瑞凡佳嘉琼桂娣叶璧璐娅琦晶妍茜秋珊莎"
)
_MALE = (
    "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙元全国胜学祥"
    "才发武新利清飞彬富顺信子杰涛昌成康星光天达安岩中茂进林"
)
_ANY = "文明志国建海云天思雨晓小子佳宇欣晨梓涵若一浩泽瑞诗嘉怡心睿然可依轩博"


def people(rng: np.random.Generator, female: NDArray[np.bool_]) -> Text:
    """A name per person: a surname and one or two characters."""
    n = len(female)
    surnames = _letters(_SURNAMES + _LOCAL)
    # Surnames thin out as ranks do, and the local ones come once more.
    weight = np.r_[1 / (np.arange(len(_SURNAMES)) + 6.0), np.full(len(_LOCAL), 0.012)]
    first = rng.choice(len(surnames), n, p=weight / weight.sum())
    last = np.where(
        female,
        rng.integers(0, len(_FEMALE), n),
        len(_FEMALE) + rng.integers(0, len(_MALE), n),
    )
    middle = rng.integers(0, len(_ANY) + 1, n)
    # One of four has a single character, as the oldest and the middle-aged often do.
    middle = np.where(rng.random(n) < 0.22, len(_ANY), middle)
    none = np.array([*_ANY, ""], dtype=object)
    middles = np.array([letter.encode() for letter in none], dtype=np.bytes_)
    return Text(
        [
            (surnames, first.astype(np.uint8)),
            (middles, middle.astype(np.uint8)),
            (_letters(_FEMALE + _MALE), last.astype(np.uint8)),
        ]
    )


def listed(rng: np.random.Generator, n: int) -> list[str]:
    """As `people`, as texts."""
    pieces = people(rng, rng.random(n) < 0.55).pieces
    columns = [table[codes].tolist() for table, codes in pieces if codes is not None]
    return [b"".join(letters).decode() for letters in zip(*columns, strict=True)]


def usernames(n: int, first: int = 1) -> NDArray[np.bytes_]:
    """v0000001 and so on, without a step per row."""
    number = np.arange(first, first + n)
    letters = np.zeros((n, 16), dtype=np.uint8)
    letters[:, 0] = ord("v")
    for place in range(7):
        letters[:, 7 - place] = number // 10**place % 10 + ord("0")
    return letters.reshape(-1).view("S16")


def _letters(text: str) -> NDArray[np.bytes_]:
    return np.array([letter.encode() for letter in text], dtype=np.bytes_)
