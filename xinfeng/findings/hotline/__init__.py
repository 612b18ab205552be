"""Tables of the hotline 12345: read with all their mess, and the state written back for it."""
