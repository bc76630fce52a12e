"""Identity numbers that are valid and nobody's."""

from jiangli.registers.identity_numbers import check_character


def number_of(order: int, born: str = "19900215", place: str = "330109") -> str:
    digits = f"{place}{born}{order:03d}"
    return digits + check_character(digits)
