"""Surveys: what residents think, asked by a declared design and told with an interval.

Promises: no number without the design that it was drawn by; beside every number stand how many
answered, how many did not, and how far it may be off; blank stays blank; satisfied share and
mean satisfaction are two numbers; a threshold is met, not met, or not known.
"""
