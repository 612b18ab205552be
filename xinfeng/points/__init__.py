"""Points: what checked-in hours are worth at the city's merchants, kept apart from hours.

Promises: every posting has two sides that sum to zero; every point traces to a valid hour.
"""
