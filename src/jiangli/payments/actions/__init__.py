"""Every write of this room, by subject; callers read ``payments.freeze(...)``, ``payments.release(...)``."""

from jiangli.payments.actions.batches import dissolve, freeze, release
from jiangli.payments.actions.corrections import correct_account
from jiangli.payments.actions.due import fall_due
from jiangli.payments.actions.returns import read_returned
from jiangli.payments.actions.sheets import write_sheet

__all__ = ["correct_account", "dissolve", "fall_due", "freeze", "read_returned", "release", "write_sheet"]
