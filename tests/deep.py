"""How long properties are searched: the gate's usual number of examples, many times it in `make drills`."""

import os


def examples(usual: int) -> int:
    """``usual`` in every run of the tests, JIANGLI_DEEP times as many where that is set."""
    return usual * int(os.environ.get("JIANGLI_DEEP", "1"))
