"""The reasons an officer can choose from in the column 原因: those that fit the rule."""

from __future__ import annotations

_ALL = ("信息有误", "其他")

_WORK = ("已有工作未登记", "灵活就业", "自愿不就业", "照顾家人", "因病因残", "上学或参军", "已找到工作")
_POST = ("台账未更新", "已退岗", "已清退", "身份信息冒用", "已不在外务工", "企业已停业未注销")
_PAYMENT = ("补发", "家庭共用账户", "代领", "账号录错", "金额录错", "台账未更新", "重复发放已追回")
_EMPLOYER = ("已补签", "已续签", "已投保未登记", "已退岗", "台账未更新")

#: Rules for which other reasons fit than for most of their family.
_RULES = {
    "subsidy_unpaid": ("已补发", "待补发", "按季发放", "已退岗", "台账未更新"),
    "benefit_unclaimed": ("已协助申领", "已有工作未登记", "本人自愿离职", "不愿申领", "缴费不足一年"),
    "employer_mass_stop": ("变更参保单位", "停产", "裁员", "季节性用工", "延迟申报"),
    "employer_arrears": ("已补缴", "缓缴已批准", "停产", "资金困难"),
    "low_wage": ("实际收入高于登记", "当月务工不满", "收入确实偏低"),
    "post_not_target_group": ("已纳入未更新", "已退出帮扶", "台账未更新", "已清退"),
    "post_holder_deceased": ("台账未更新", "死亡信息有误", "已退岗"),
}

_FAMILIES = {
    "Employment": _WORK,
    "Employers": _RULES["employer_mass_stop"],
    "Welfare posts": _POST,
    "Payments": _PAYMENT,
    "Allowances": _PAYMENT,
}


def reasons(rule: str, family: str, list_name: str) -> tuple[str, ...]:
    """The reasons to choose from for a rule of a family and list; a rule not foreseen has those of its list."""
    chosen = _RULES.get(rule) or (_EMPLOYER if list_name == "单位整改" else _FAMILIES.get(family, ("台账未更新",)))
    return (*chosen, *_ALL)
