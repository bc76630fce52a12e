"""Jiangli 匠励: skilled-worker incentives, from the text of a policy to money in the bank."""
