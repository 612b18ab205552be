"""The outsider's package: everything that repeats the published numbers, and no person.

`repeat.py` and `repeat.R` go into it as they stand here and import nothing of this program.
"""
