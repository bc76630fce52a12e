"""Fraud: what was false in a claim, what the claimant said to it, and the finding that two officers made.

A finding is confirmed by ``payments.recovery.actions.confirm``, which also orders back what was paid.
"""
