"""Roles of officers. One table; a new role is a line here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    REVIEWER = "reviewer", _("Reviewer")  # 审核：预审、核对
    APPROVER = "approver", _("Approver")  # 审批：复审、核发
    CASHIER = "cashier", _("Payment clerk")  # 发放经办：编批次、读回单
    RELEASER = "releaser", _("Releaser")  # 发放复核：放行
    REGISTRAR = "registrar", _("List clerk")  # 名单导入
    COUNTER = "counter", _("Counter clerk")  # 窗口受理
    SUPERVISOR = "supervisor", _("Supervisor")  # 分管领导：看全局、派件
    EXPERT = "expert", _("Expert")  # 评审专家：只打分
