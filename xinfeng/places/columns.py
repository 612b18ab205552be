"""The columns of a table of places: how they are headed, and the words in their cells."""

from .models import PlaceState, Tier

# The first title is the one an export writes; all of them are read.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编号", "阵地编号", "编码", "code"),
    "name": ("名称", "阵地名称", "阵地", "name"),
    "name_en": ("英文名称", "name (english)", "name_en"),
    "tier": ("层级", "阵地层级", "阵地类型", "类型", "tier"),
    "kind": ("行业（领域）", "行业领域", "行业", "领域", "行业(领域)", "kind"),
    "state": ("状态", "阵地状态", "state"),
    "division": ("区划代码", "行政区划代码", "统计用区划代码", "division"),
    "county": ("县（市、区）", "县市区", "区县", "县区", "县(市、区)", "county"),
    "township": ("乡镇（街道）", "乡镇街道", "乡镇", "街道", "乡镇(街道)", "township"),
    "village": ("村（社区）", "村社区", "村居", "村(居)", "社区", "村(社区)", "village"),
    "address": ("地址", "详细地址", "address"),
    "lon": ("经度", "longitude", "lon", "lng"),
    "lat": ("纬度", "latitude", "lat"),
    "opened_on": ("启用日期", "建成日期", "挂牌日期", "成立时间", "opened on"),
}
NEEDED = ("code", "name", "tier")

TIERS: dict[str, Tier] = {
    "中心": Tier.CENTRE,
    "所": Tier.INSTITUTE,
    "站": Tier.STATION,
    "基地": Tier.BASE,
    "实践中心": Tier.CENTRE,
    "文明实践中心": Tier.CENTRE,
    "实践所": Tier.INSTITUTE,
    "文明实践所": Tier.INSTITUTE,
    "实践站": Tier.STATION,
    "文明实践站": Tier.STATION,
    "实践基地": Tier.BASE,
    "文明实践基地": Tier.BASE,
    "centre": Tier.CENTRE,
    "institute": Tier.INSTITUTE,
    "station": Tier.STATION,
    "base": Tier.BASE,
}
STATES: dict[str, PlaceState] = {
    "开放": PlaceState.OPEN,
    "筹建": PlaceState.PLANNED,
    "暂停": PlaceState.SUSPENDED,
    "关闭": PlaceState.CLOSED,
    "正常开放": PlaceState.OPEN,
    "在建": PlaceState.PLANNED,
    "暂停开放": PlaceState.SUSPENDED,
    "撤销": PlaceState.CLOSED,
    "open": PlaceState.OPEN,
    "planned": PlaceState.PLANNED,
    "suspended": PlaceState.SUSPENDED,
    "closed": PlaceState.CLOSED,
}
