"""An act that is not allowed, or not now."""


class Refused(Exception):
    """Says to the person who tried what is not possible, why, and what to do instead.

    The text is shown as it is: a translated sentence, never a code. ``REFUSED``, a decided claim,
    is another thing.
    """


class Unavailable(Exception):
    """An outside body (gateway, register, bank) did not answer; the worker tries again."""
