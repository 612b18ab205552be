"""What findings and their repairs say, by class of snap reports and by type of point."""

# Which department a class of reports is ordered to; others: the first one.
CLASS_UNITS = {
    "litter": "urban", "parking": "police", "piles": "housing", "facilities": "urban",
    "stickers": "urban", "stalls": "urban", "cables": "housing", "greenery": "urban",
    "notices": "culture", "signs": "market",
}  # fmt: skip
# “{}” is a place in the village or at the point.
SEEN = {
    "litter": [
        "{}果皮箱满溢，周边散落垃圾。",
        "{}有生活垃圾未及时清运。",
        "{}路面有污水和油渍。",
    ],
    "parking": [
        "{}机动车占用盲道停放。",
        "{}非机动车乱停，人行道走不通。",
        "{}消防通道停了车。",
    ],
    "piles": ["{}堆放建筑垃圾和旧家具。", "{}楼道内堆放杂物。", "{}沿街堆放货物占道。"],
    "facilities": ["{}井盖松动，车轮压过有响声。", "{}路灯两盏不亮。", "{}健身器材缺少座板。"],
    "stickers": ["{}墙面有小广告未清除。", "{}电线杆上贴满小广告。", "{}围挡上有涂鸦。"],
    "stalls": ["{}店铺出店经营占用人行道。", "{}流动摊点占道，早晚拥堵。"],
    "cables": ["{}通信线缆下垂，不到两米高。", "{}废弃线杆未拆除。"],
    "greenery": ["{}花坛缺株，泥土裸露。", "{}行道树枯死一株。"],
    "notices": ["{}公益广告画面褪色破损。", "{}宣传栏内容已过期。"],
    "signs": ["{}门头招牌缺字。", "{}招牌支架锈蚀，有坠落危险。"],
}
OTHERS = ["{}存在卫生死角，需整治。", "{}公共设施需要维护。"]
# What an inspector finds at any point.
INSPECTED = [
    "未见公益广告或内容陈旧。", "卫生间无洗手液，地面有积水。", "无障碍通道被占用。",
    "消防器材过期未更换。", "垃圾分类桶标识不清。", "禁烟标识缺失，地面有烟头。",
    "志愿服务岗无人值守。", "停车秩序较乱，未按线停放。",
]  # fmt: skip
SPOTS = [
    "主路口",
    "菜市场门口",
    "小学门口",
    "公交站旁",
    "小区北门",
    "文化广场",
    "村道边",
    "桥头",
]
PRAISED = [
    "{}的保洁员清早就把路面扫干净了，辛苦了。", "{}破损的路面当天就修好了，很及时。",
    "{}志愿者耐心指路，点赞。",
]  # fmt: skip
REPAIRED = [
    "已安排人员清理并复查周边。", "已更换损坏部件，恢复正常使用。",
    "已对商户进行劝导，清理到位。", "已联系权属单位修复完毕。", "已清除并加强日常巡查。",
]  # fmt: skip
RECHECKED = ["", "现场查看，已整改到位。", "与整改照片一致。"]
NOT_YET = ["现场仍有残留，请继续整改。", "照片角度不同，看不出整改效果。"]
APPEALED = {
    "NO_FINDING": "经现场核查，该点位未发现所述情况。",
    "OTHER_UNIT": "该处权属不在我单位，请改派权属单位。",
}
JUDGED = {True: "核查属实，予以采纳。", False: "经复核，问题存在且属该单位职责，不予采纳。"}
