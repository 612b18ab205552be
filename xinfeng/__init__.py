"""Xinfeng: a city runs its civic life by standard and shows the result honestly."""
