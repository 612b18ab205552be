"""Places: where the city's civic life happens, and who answers for it.

Nouns: a Division of the city; a Place of one of four tiers; its dated Spells (where it was and
in which state), Facilities, OpeningHours with Exceptions, Headcounts and Duties.
Promises: a place has at most one spell at a time and its spells never overlap, so every count
is a count "as of" a day; a merged division keeps its past.
"""
