"""The officer's face: queues, cases, lists, payments. No models."""
