"""How much each stored field of this room tells of a person: see base/classes.py."""

# The room keeps no rows yet: what it has so far are pure computations.
