"""Made-up people and cases for the gallery of components. Nothing here is real."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator

from .forms import Answer, FilesField
from .widgets import DateParts

QUOTE = (
    "申报人姓名、证书持有人姓名、银行卡户名三者应完全一致，"
    "银行开户信息须填写完整，否则将审核不通过或无法打款。"
)
PLACE = "2025 年度激励政策 · 注意事项第 1 条"
LONG_NAME = "买买提江·测试·阿不都热合曼·托合提尼亚孜"
LEVELS = [
    ("3", Answer("高级工", "证书上也写作“三级”")),
    ("2", Answer("技师", "证书上也写作“二级”")),
    ("1", Answer("高级技师", "证书上也写作“一级”")),
    ("0", Answer("特级技师")),
    ("unknown", Answer("不清楚", "先往下答，结果里告诉您去哪儿查", otherwise=True)),
]


class SampleForm(forms.Form):
    level = forms.ChoiceField(
        label="您的证书是哪个等级？",
        help_text="看证书上“职业技能等级”这一栏。有几本的，选最高的那本。",
        choices=LEVELS,
        widget=forms.RadioSelect,
    )
    issued = forms.DateField(
        label="发证日期",
        help_text="在证书右下角",
        widget=DateParts,
        error_messages={"invalid": "没有这一天。再看一眼证书，填上面的年、月、日。"},
    )
    holder = forms.CharField(
        label="开户行", error_messages={"required": "开户行还没填。银行卡背面有，手机银行里也有。"}
    )
    district = forms.ChoiceField(label="在哪个区", choices=[("", "请选"), ("xs", "萧山区"), ("qt", "钱塘区")])
    trades = forms.MultipleChoiceField(
        label="哪些工种",
        choices=[("weld", "焊工"), ("lathe", "车工")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photos = FilesField(label="证书照片", help_text="正反两面，手机拍就行", required=False)
    remark = forms.CharField(label="还想说的", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="上面填的都是真的", help_text="填错了可以改，不会因为填错罚您")


CONDITIONS = [
    {
        "code": "faulty",
        "name": "银行卡是您本人的",
        "tell": "您填的卡，户名是“测试乙”；证书上是“测试甲”。",
        "remedy": "申请时填一张测试甲名下的卡。",
        "quote": QUOTE,
        "place": PLACE,
    },
    {
        "code": "unmet",
        "name": "这本证书没领过",
        "tell": "这本证书 2024 年领过了，同一本只能领一次。",
        "quote": QUOTE,
        "place": PLACE,
    },
    {
        "code": "unknown",
        "name": "证书在浙江省内颁发或备案",
        "tell": "您选了“不清楚”。没关系，由审核的人去查，不影响您提交。",
        "quote": QUOTE,
        "place": PLACE,
    },
    {"code": "met", "name": "萧山区工会的实名会员", "quote": QUOTE, "place": PLACE},
    {
        "code": "met",
        "name": "证书日期在规定期间里",
        "given": "您的是 2024 年 9 月 20 日",
        "quote": QUOTE,
        "place": PLACE,
    },
]
PROGRAMMES = [
    (
        "技师、高级技师一次性激励",
        "萧山区总工会 · 个人申请",
        "1,200–1,600",
        "元，市、区各发一半",
        "12 月 1 日截止 · 还有 174 天",
    ),
    ("高级工一次性激励", "萧山区总工会 · 个人申请", "500", "元，区里发", "12 月 1 日截止 · 还有 174 天"),
    (
        "企业自主认定技能人才奖励",
        "萧山区人力社保局 · 单位申请",
        "500,000",
        "元，最多",
        "2028 年 2 月底前有效",
    ),
]
STEPS = [
    ("提交申请", "4 月 21 日 20:14", "done"),
    ("区总工会预审通过", "4 月 24 日 · 用了 3 个工作日", "done"),
    ("市总工会复审通过", "5 月 15 日 · 会员、证书、银行卡都核过", "done"),
    ("区里的 600 元，银行办理中", "6 月 9 日交给银行", "now"),
    ("全部到账，办结", "", "next"),
]
CHECKS = [
    ("E1", "萧山区所属工会实名会员", "met", "工会登记：测试一车间工会，已实名"),
    ("E4", "发证日期在 2023-12-01 至 2025-11-30", "met", "证书：2024-09-20"),
    ("E5", "省内人社部门颁发，或在省内备案", "unknown", "颁发机构不是人社部门；备案地不知道"),
    ("E6", "本人、证书、银行卡姓名一致", "met", "测试甲 ＝ 测试甲 ＝ 测试甲"),
    ("E8", "这本证书没领过", "met", "2023 年以来的发放记录里没有"),
]
QUEUE = [
    (
        "测试甲",
        "XS-2025-00402",
        "技师一次性激励",
        120000,
        "unknown",
        "1 项待核",
        "备案地不知道",
        "明天",
        True,
    ),
    ("测试丙", "XS-2025-00398", "技师一次性激励", 120000, "met", "全部符合", "", "明天", True),
    (
        "测试戊",
        "XS-2025-00391",
        "高级工一次性激励",
        50000,
        "faulty",
        "",
        "卡的户名不是本人",
        "6 月 12 日",
        False,
    ),
    (
        "测试己",
        "XS-2025-00388",
        "高级工一次性激励",
        50000,
        "unmet",
        "1 项不符合",
        "这本证书 2024 年领过",
        "6 月 12 日",
        False,
    ),
    (
        "欧阳测试·阿卜杜拉",
        "XS-2025-00385",
        "高级工一次性激励",
        50000,
        "met",
        "全部符合",
        "",
        "6 月 13 日",
        False,
    ),
    (
        LONG_NAME,
        "XS-2025-00379",
        "企业自主认定技能人才奖励",
        50000000,
        "unknown",
        "1 项待核",
        "",
        "6 月 16 日",
        False,
    ),
]


def _nav(*labels: str, current: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": "#main", "current": label == current} for label in labels]


STAFF_NAV = [
    {"label": "我的事", "url": "#main", "count": 12},
    *_nav("案件", "名册", "公示", "发放", "政策", "数据", current="案件"),
]


def context() -> dict[str, Any]:
    """Everything the two galleries show."""
    bad = SampleForm({"issued_year": "2024", "issued_month": "2", "issued_day": "30", "level": "2"})
    bad.is_valid()
    return {
        "today": date(2025, 6, 10),
        "demo_day": date(2025, 6, 10),
        "decided": date(2025, 5, 15),
        "contact": {
            "office": "萧山区总工会经济服务部",
            "phone": "83712123",
            "hours": "工作日 9:00–11:30，13:30–17:00",
        },
        "account": {"label": "登录", "url": "#main"},
        "footer_links": [{"label": "隐私", "url": "#main"}, {"label": "无障碍", "url": "#main"}],
        "officer": {"name": "测试审核员", "agency": "萧山区总工会"},
        "form": SampleForm(initial={"level": "2"}, prefix="plain"),
        "bad": bad,
        "conditions": CONDITIONS,
        "programmes": [
            {"name": n, "office": o, "amount": a, "unit": u, "until": d, "url": "#main"}
            for n, o, a, u, d in PROGRAMMES
        ],
        "steps": [{"title": title, "more": more, "at": where} for title, more, where in STEPS],
        **_public(),
        **_staff(),
    }


def _public() -> dict[str, Any]:
    half = {"amount_fen": 60000}
    return {
        "nav": _nav("政策", "公示", "数据", current="政策"),
        "hero": {
            "phrases": ["考下证书，", "看看能领多少"],
            "lead": ["答 5 个问题，约 2 分钟。", "不用登录，随时可以停。"],
            "main": {"label": "我能领什么", "url": "#main"},
            "others": [
                {"label": "查进度", "url": "#main", "icon": "clock"},
                {"label": "搜政策", "url": "#main", "icon": "search"},
            ],
        },
        "phrases": ["换一张本人的银行卡，", "估计能领"],
        "payers": [
            {"name": "杭州市总工会发", "why": "技师每人 600 元", **half},
            {"name": "萧山区总工会发", "why": "同等金额，另外打一笔", **half},
        ],
        "paid": [
            {"name": "杭州市总工会", "why": "尾号 0000，5 月 28 日", "payment": "paid", **half},
            {"name": "萧山区总工会", "why": "尾号 0000", "payment": "sent", **half},
        ],
        "facts": [{"key": "申请人", "value": LONG_NAME}, {"key": "受理编号", "value": "XS-2025-00371"}],
        "materials": [
            {"name": "身份证", "more": "正反两面，手机拍就行"},
            {"name": "技师证书", "more": "拍清楚编号和日期"},
            {"name": "本人名下的银行卡", "more": "卡号和开户行"},
        ],
        "links": [
            {"name": "爱心驿家", "more": "44 处，歇脚、喝水、充电", "icon": "heart-home", "url": "#main"},
            {"name": "政策原文", "more": "一条一条，附白话", "icon": "book", "url": "#main"},
        ],
        "rows": [
            {"key": "姓名", "value": LONG_NAME, "url": "#main", "action": "改"},
            {
                "key": "发证日期",
                "value": "2024 年 9 月 20 日",
                "source": "从照片上认出来的",
                "url": "#main",
                "action": "改",
            },
            {"key": "备案地", "value": "不知道", "missing": True},
        ],
        "tasks": [
            {
                "name": "拍证书",
                "url": "#main",
                "more": "正反两面",
                "kind": "condition",
                "code": "met",
                "word": "拍好了",
            },
            {"name": "填银行卡", "url": "#main", "kind": "condition", "code": "faulty"},
        ],
        "figures": [
            {"label": "已到账", "number": "162.4", "unit": "万元", "more": "市里 71.5 万，区里 90.9 万"},
            {"label": "领到的人", "number": "1,498", "unit": "人", "more": "每人只算一次"},
            {"label": "从提交到到账", "number": "24", "unit": "天", "more": "一半的人不超过这个天数"},
            {"label": "一次就通过", "number": "83", "unit": "%", "more": "其余多半是卡的户名不对"},
        ],
        "table": {
            "caption": "每月到账，万元",
            "head": [
                {"label": "月份"},
                {"label": "区总工会", "number": True},
                {"label": "市总工会", "number": True},
            ],
            "rows": [["4 月", "18.9", "15.8"], ["5 月", "29.1", "23.5"]],
        },
        "keys": ["区总工会", "市总工会"],
    }


def _staff() -> dict[str, Any]:
    picture = {
        "src": "/static/looks/sample.svg",
        "alt": "职业技能等级证书，样张",
        "width": 1050,
        "height": 720,
    }
    named = ("name", "number", "programme", "fen", "code", "word", "why", "due", "soon")
    return {
        "checks": [
            {
                "id": i,
                "name": n,
                "code": c,
                "found": f,
                "current": i == "E5",
                "quote": QUOTE,
                "place": PLACE,
                "url": "#main",
            }
            for i, n, c, f in CHECKS
        ],
        "case_path": [
            {"label": "案件", "url": "#main"},
            {"label": "预审", "url": "#main"},
            {"label": "XS-2025-00402"},
        ],
        "case_facts": [
            {"key": "金额（市 + 区）", "value": "600 + 600 元"},
            {"key": "提交", "value": "6 月 6 日"},
            {"key": "期限", "value": "明天，6 月 11 日", "due": True},
            {"key": "经办", "value": "测试审核员"},
        ],
        "case_rows": [
            {"key": "等级", "value": "技师（二级）", "side": "证书识别 · 本人确认"},
            {"key": "颁发机构", "value": "测试评价机构", "side": "证书识别 · 本人确认", "marked": True},
            {"key": "备案地", "value": "不知道", "missing": True, "url": "#main", "action": "去查并记一笔"},
        ],
        "register_rows": [
            ("工会会员", "测试甲，萧山，2021-03-02 实名", "工会登记", "found"),
            ("证书", "没有查到。没查到不等于没有，请人工查", "证书查询网", "missing"),
            ("社保", "单位和申请里的不一样", "社保登记", "mismatch"),
        ],
        "files": [
            {"label": "证书 1/2", "url": "#main", "current": True},
            {"label": "身份证", "url": "#main"},
        ],
        "picture": picture,
        "mark": {"x": 6, "y": 76, "w": 37, "h": 6},
        "actions": [
            {"label": "退回更正", "key": "R", "name": "act", "value": "return"},
            {"label": "不同意", "key": "N", "kind": "refuse", "name": "act", "value": "refuse"},
            {"label": "核 E5", "key": "E", "kind": "main", "url": "#E5"},
            {"label": "预审通过", "key": "P", "disabled": True},
        ],
        "bulk_actions": [
            {"label": "分给别人", "name": "act", "value": "assign"},
            {"label": "一起退回", "name": "act", "value": "return"},
            {"label": "通过那 1 件", "kind": "main", "name": "act", "value": "approve"},
        ],
        "tabs": [
            {"label": "我的", "count": 12, "url": "#main"},
            {"label": "待预审", "count": 27, "url": "#main", "current": True},
            {"label": "快到期", "count": 3, "url": "#main", "due": True},
            {"label": "已办", "count": "1,204", "url": "#main"},
        ],
        "save_view": {"label": "把这组筛选存下来", "url": "#main"},
        "groups": [
            {
                "legend": "核对结果",
                "name": "result",
                "options": [
                    {"value": "met", "label": "全部符合", "count": 14},
                    {"value": "unknown", "label": "有待核", "count": 7, "checked": True},
                ],
            },
            {
                "legend": "提交日期",
                "days": [
                    {"name": "from", "label": "从哪天起", "value": "2025-06-01"},
                    {"name": "to", "label": "到哪天止", "value": "2025-06-10"},
                ],
            },
        ],
        "chips": [
            {"label": "经办：我、还没分", "url": "#main"},
            {"label": "提交：6 月 1 日至 10 日", "url": "#main"},
        ],
        "order": {"label": "期限", "url": "#main"},
        "queue": [dict(zip(named, row, strict=True)) for row in QUEUE],
        "page": Paginator(range(27), 9).page(1),
    }
