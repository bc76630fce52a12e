"""Deliberation (审议): cases laid before a meeting, and what its signed minutes say of each.

[004] ④审议。公示无异议的，提交区人社局党组会议审议，确定资助名单。
"""
