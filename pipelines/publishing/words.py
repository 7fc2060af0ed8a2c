"""How workbooks, pages and `fanpin explain` say what the tables keep as codes. Declared once."""

from __future__ import annotations

LISTS = ("帮扶", "核查", "单位整改")

#: What each list is for, as the legend says it.
LIST_MEANINGS = {
    "帮扶": "可能失去工作、收入或应得待遇的人和户：请上门核实并帮助。",
    "核查": "岗位或补贴可能有问题：是线索，不是结论；请核实后再处理。",
    "单位整改": "用人单位手续缺失，不是本人的过错：请督促单位补办。",
}

#: List → the colour of its name, and that of the cell.
LIST_COLOURS = {"帮扶": ("1E7B4A", "DDF0E4"), "核查": ("2F5D8A", "E1EAF4"), "单位整改": ("7A4FA0", "ECE3F5")}

#: Level → Chinese name, what it asks for, and the colour of its cell.
LEVELS = {
    4: ("红色", "最急：优先核实", "F4B6B6"),
    3: ("橙色", "较急：本期内尽早核实", "F9D5B0"),
    2: ("黄色", "一般：在期限内核实", "FFF1B8"),
    1: ("蓝色", "提示：入户时一并问清", "D3E4F5"),
}

STATUSES = {
    "open": "待核查",
    "confirmed": "属实待办",
    "served": "已办理",
    "dismissed": "不属实",
    "suppressed": "近期已核实不属实，暂不再提示",
    "resolved": "已消除",
    "lapsed": "期限已过，不再提示",
}

STATES = {
    "employed": "就业",
    "on_post": "公益性岗位",
    "unverified": "就业待核实",
    "suspected_unemployed": "疑似失业",
    "unemployed": "失业",
    "never_employed": "未查到就业",
    "outside_labour": "非劳动力",
    "deceased": "死亡",
}

CAUSES = {
    "employment_ended": "务工记录结束",
    "post_ended": "公益性岗位退岗",
    "insurance_stopped": "单位停保",
    "insurance_lapsed": "参保缴费中断",
}
#: The first two digits of a region's code → the province.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
