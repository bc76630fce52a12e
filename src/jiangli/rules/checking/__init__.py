"""Check policy files before they are law: every problem with its line, and what an author should look at."""

from jiangli.rules.checking.folder import check, check_folder
from jiangli.rules.checking.report import Report
from jiangli.rules.checking.table import boundary_table

__all__ = ["Report", "boundary_table", "check", "check_folder"]
