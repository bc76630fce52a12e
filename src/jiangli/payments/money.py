"""Fen as people write them."""


def yuan(fen: int) -> str:
    """``120000`` → ``1,200``; ``120050`` → ``1,200.50``. Without the unit, for sentences."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def plain_yuan(fen: int) -> str:
    """``120000`` → ``1200.00``, as a bank sheet has it."""
    return f"{fen // 100}.{fen % 100:02d}"
