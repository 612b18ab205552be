"""How the columns of these tables are headed, and the words in their cells.

The first title is the one an export writes; all of them are read.
"""

from collections.abc import Iterator, Mapping, Sequence

from xinfeng.base.table_cells import Cells, Columns, Problem

_WHERE: dict[str, tuple[str, ...]] = {
    "division": ("区划代码", "行政区划代码", "统计用区划代码", "community code", "division"),
    "county": ("县（市、区）", "县市区", "区县", "县区", "县(市、区)", "county"),
    "township": ("乡镇（街道）", "乡镇街道", "乡镇", "街道", "乡镇(街道)", "township"),
    "village": ("村（社区）", "村社区", "村居", "村(社区)", "village", "community"),
}
FRAME: Columns = {
    **_WHERE,
    "area": ("城乡", "城乡分类", "城乡分类代码", "城乡属性", "area", "urban or rural"),
    "households": ("户数", "家庭户数", "总户数", "households"),
}
TOTALS: Columns = {
    "margin": ("指标", "维度", "margin"),
    "key": ("取值", "分组", "类别", "key"),
    "people": ("人数", "人口", "人口数", "people"),
    "source": ("来源", "资料来源", "source"),
}
# A household by its code, or by its community and its number in the community's list.
ADDRESSES: Columns = {
    **_WHERE,
    "code": ("户编号", "样本编号", "编号", "code"),
    "number": ("名册序号", "户序号", "number in the list"),
    "address": ("地址", "住址", "详细地址", "address"),
    "phone": ("电话", "手机", "手机号码", "联系电话", "phone", "telephone"),
}
# The statistical classes of town and country (统计用城乡分类代码): 1xx town, 2xx country.
URBAN: dict[str, bool] = {
    "城镇": True, "城": True, "城市": True, "城区": True, "镇": True, "urban": True,
    "乡村": False, "乡": False, "农村": False, "村": False, "rural": False,
    **dict.fromkeys(("111", "112", "121", "122", "123"), True),
    **dict.fromkeys(("210", "220"), False),
}  # fmt: skip
MARGINS: dict[str, str] = {
    "县区": "county", "县（市、区）": "county", "县(市、区)": "county", "区县": "county",
    "county": "county",
    "性别": "sex", "sex": "sex", "年龄": "age", "年龄段": "age", "age": "age",
}  # fmt: skip


def said_rows(
    rows: Sequence[Mapping[str, str]], columns: Columns, problems: list[Problem]
) -> Iterator[Cells]:
    """Rows told over the interface, where a column bears its own name."""
    names = {name: name for name in columns}
    for number, row in enumerate(rows, start=1):
        yield Cells(problems, number, dict(row), names, columns)
