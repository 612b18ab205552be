"""Simulate: the synthetic city, from one seed. Imports everything, imported by nobody."""
