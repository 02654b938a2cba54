"""Slot collectors: each takes what was understood and gives a value, a question, or nothing."""
