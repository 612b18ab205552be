"""How the columns of these tables are headed, and the words in their cells.

The first title is the one an export writes; all of them are read.
"""

from xinfeng.units.models import MemberRole, PointState, UnitKind

_WHERE: dict[str, tuple[str, ...]] = {
    "division": ("区划代码", "行政区划代码", "统计用区划代码", "division"),
    "county": ("县（市、区）", "县市区", "区县", "县区", "县(市、区)", "county"),
    "township": ("乡镇（街道）", "乡镇街道", "乡镇", "街道", "乡镇(街道)", "township"),
    "village": ("村（社区）", "村社区", "村居", "村(社区)", "village"),
}
UNITS: dict[str, tuple[str, ...]] = {
    "code": ("单位编号", "编号", "编码", "code"),
    "name": ("单位名称", "名称", "责任单位", "name"),
    "short_name": ("简称", "单位简称", "short name"),
    "kind": ("单位类别", "类别", "性质", "kind"),
    "parent": ("上级单位编号", "上级单位", "主管单位", "parent"),
    **_WHERE,
}
MEMBERS: dict[str, tuple[str, ...]] = {
    "unit": ("单位编号", "责任单位编号", "unit"),
    "unit_name": ("单位名称", "责任单位", "unit name"),
    "username": ("账号", "账号名", "登录名", "account", "username"),
    "role": ("职务", "角色", "role"),
}
POINTS: dict[str, tuple[str, ...]] = {
    "code": ("点位编号", "编号", "编码", "code"),
    "name": ("点位名称", "名称", "点位", "name"),
    "type": ("点位类型", "类型", "type"),
    "unit": ("责任单位编号", "单位编号", "unit"),
    "unit_name": ("责任单位", "单位名称", "unit name"),
    "address": ("地址", "详细地址", "address"),
    **_WHERE,
    "lon": ("经度", "longitude", "lon", "lng"),
    "lat": ("纬度", "latitude", "lat"),
    "place": ("阵地编号", "place"),
    "charge": ("点位长（路长）账号", "点位长账号", "路长账号", "点位长", "路长", "keeper"),
    "state": ("状态", "点位状态", "state"),
}

KINDS: dict[str, UnitKind] = {
    "市直部门": UnitKind.CITY, "市直单位": UnitKind.CITY, "市直": UnitKind.CITY,
    "县区部门": UnitKind.COUNTY, "县直部门": UnitKind.COUNTY, "区直部门": UnitKind.COUNTY,
    "乡镇街道": UnitKind.TOWNSHIP, "乡镇": UnitKind.TOWNSHIP, "街道": UnitKind.TOWNSHIP,
    "事业单位": UnitKind.PUBLIC, "企业": UnitKind.COMPANY, "其他": UnitKind.OTHER,
    "city": UnitKind.CITY, "county": UnitKind.COUNTY, "township": UnitKind.TOWNSHIP,
    "public": UnitKind.PUBLIC, "company": UnitKind.COMPANY, "other": UnitKind.OTHER,
}  # fmt: skip
ROLES: dict[str, MemberRole] = {
    "负责人": MemberRole.HEAD, "主要负责人": MemberRole.HEAD, "联络员": MemberRole.LIAISON,
    "工作人员": MemberRole.STAFF, "head": MemberRole.HEAD, "liaison": MemberRole.LIAISON,
    "staff": MemberRole.STAFF,
}  # fmt: skip
STATES: dict[str, PointState] = {
    "在用": PointState.OPEN, "正常": PointState.OPEN, "暂停": PointState.SUSPENDED,
    "关闭": PointState.CLOSED, "撤销": PointState.CLOSED, "in use": PointState.OPEN,
    "suspended": PointState.SUSPENDED, "closed": PointState.CLOSED,
}  # fmt: skip
