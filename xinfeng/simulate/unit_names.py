"""What responsible units and points are called, and which department answers for which type."""

from xinfeng.units.models import UnitKind

# Key, name and short name of each kind of department; the first ones answer for points.
DEPARTMENTS = [
    ("urban", "城市管理和综合执法局", "城管局"),
    ("market", "市场监督管理局", "市监局"),
    ("police", "公安局", "公安局"),
    ("housing", "住房和城乡建设局", "住建局"),
    ("civil", "民政局", "民政局"),
    ("culture", "文化旅游广电体育局", "文旅广体局"),
    ("education", "教育局", "教育局"),
    ("health", "卫生健康局", "卫健局"),
    ("transport", "交通运输局", "交通局"),
    ("farming", "农业农村局", "农业农村局"),
    ("water", "水利局", "水利局"),
    ("commerce", "商务局", "商务局"),
    ("data", "行政审批服务局", "审批局"),
]
CITY_ONLY = [
    ("party", "委宣传部", "宣传部", UnitKind.CITY),
    ("youth", "未成年人保护中心", "未保中心", UnitKind.PUBLIC),
    ("league", "共青团市委", "团市委", UnitKind.CITY),
    ("women", "妇女联合会", "妇联", UnitKind.CITY),
    ("union", "总工会", "总工会", UnitKind.CITY),
    ("justice", "司法局", "司法局", UnitKind.CITY),
    ("finance", "财政局", "财政局", UnitKind.CITY),
    ("environment", "生态环境局", "环境局", UnitKind.CITY),
    ("forest", "林业局", "林业局", UnitKind.CITY),
    ("library", "图书馆", "图书馆", UnitKind.PUBLIC),
    ("museum", "博物馆", "博物馆", UnitKind.PUBLIC),
    ("bus", "公共交通集团", "公交集团", UnitKind.COMPANY),
    ("power", "供电公司", "供电公司", UnitKind.COMPANY),
    ("tap", "水务集团", "水务集团", UnitKind.COMPANY),
]

# Which department answers for points of a type, and what such a point is called in a village.
TYPES: dict[str, tuple[str, str]] = {
    "main-street": ("urban", "大街"),
    "crossing": ("police", "路口"),
    "back-street": ("urban", "巷"),
    "residential-area": ("housing", "花园小区"),
    "community": ("civil", "便民服务中心"),
    "farm-market": ("commerce", "农贸市场"),
    "shop": ("commerce", "购物中心"),
    "culture-facility": ("culture", "文化馆"),
    "square-park": ("urban", "文化广场"),
    "scenic-area": ("culture", "风景区"),
    "public-toilet": ("urban", "公共卫生间"),
    "hospital": ("health", "医院"),
    "service-window": ("data", "政务服务大厅"),
    "school": ("education", "小学"),
    "school-surroundings": ("education", "小学周边"),
    "restaurant": ("market", "饭店"),
    "hotel": ("culture", "宾馆"),
    "internet-cafe": ("culture", "网吧"),
    "building-site": ("housing", "建设工地"),
    "river": ("water", "河段"),
    "bus-stop": ("transport", "公交站"),
    "railway-station": ("transport", "汽车站"),
    "township": ("civil", "政府驻地"),
    "village": ("farming", "村"),
    "youth-counselling": ("education", "未成年人心理健康辅导站"),
    "tutoring": ("education", "培训中心"),
    "bookshop": ("culture", "书店"),
    "cinema": ("culture", "影城"),
    "practice-place": ("civil", ""),
}
RURAL = frozenset({"village", "river"})
_ENDINGS = (
    "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "社区",
    "村", "街道", "镇", "乡",
)  # fmt: skip


def stem(name: str) -> str:
    """王江社区居委会 → 王江."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
