"""Insight: the board, and the roll-ups that make it quick.

Noun: a MonthlyFigure, the stored value of a figure for a division and a month.
Promise: every stored value equals a recount of the rows behind it; `reconcile` proves it.
"""
