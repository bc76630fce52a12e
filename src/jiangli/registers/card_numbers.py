"""Numbers of bank cards: the check digit of ISO/IEC 7812."""


def passes_luhn(digits: str) -> bool:
    """Whether the check digit of a card fits; some older cards never had one."""
    doubled = [int(d) * (2 if at % 2 else 1) for at, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
