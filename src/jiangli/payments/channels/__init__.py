"""Ways for money to leave. A channel is a file here and a line in ``CHANNELS``."""

from jiangli.payments.channels.bank_sheet import BankSheet
from jiangli.payments.channels.contract import Channel

CHANNELS: dict[str, Channel] = {"bank-sheet": BankSheet()}
