"""How the columns of the hotline's tables are headed; all of the titles are read."""

IN: dict[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "诉求编号", "受理编号", "编号", "ticket", "number"),
    "called_at": ("受理时间", "来电时间", "诉求时间", "登记时间", "时间", "called at"),
    "word": ("诉求类别", "问题类别", "诉求分类", "问题分类", "类别", "category"),
    "text": ("诉求内容", "问题描述", "事项内容", "诉求描述", "内容", "text"),
    "division": ("区划代码", "行政区划代码", "统计用区划代码", "division"),
    "county": ("县（市、区）", "县市区", "区县", "县区", "县(市、区)", "county"),
    "township": ("乡镇（街道）", "乡镇街道", "乡镇", "街道", "乡镇(街道)", "township"),
    "village": ("村（社区）", "村社区", "村居", "村(社区)", "village"),
    "address": ("事发地址", "事发地点", "详细地址", "地址", "address"),
    "lon": ("经度", "longitude", "lon", "lng"),
    "lat": ("纬度", "latitude", "lat"),
    "name": ("来电人", "诉求人", "联系人", "姓名", "name"),
    "phone": ("联系电话", "来电号码", "手机号码", "电话", "phone"),
    "reply_by": ("办理时限", "答复期限", "截止时间", "办结期限", "reply by"),
}
NEEDED = ("number", "called_at", "word", "text")

# Column → title, Chinese and English, of what goes back to the hotline.
OUT: dict[str, str] = {
    "number": "工单编号 Ticket",
    "called_at": "受理时间 Called at",
    "code": "办理编号 Finding",
    "state": "状态 State",
    "unit": "责任单位 Unit",
    "confirmed_at": "核实时间 Confirmed",
    "ordered_at": "交办时间 Ordered",
    "due_at": "整改期限 Deadline",
    "repaired_at": "整改时间 Repaired",
    "verified_at": "复查时间 Re-checked",
    "closed_at": "办结时间 Closed",
    "is_late": "是否逾期 Late",
    "result": "办理结果 Result",
}
WIDTHS = {"number": 22, "unit": 28, "result": 60, **dict.fromkeys(
    ("called_at", "confirmed_at", "ordered_at", "due_at", "repaired_at", "verified_at",
     "closed_at"), 18)}  # fmt: skip
