"""How much each stored field of this room tells of a person: see base/classes.py."""
