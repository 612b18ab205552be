"""Units: who answers for which spot of the city, and the spots that inspections visit.

Nouns: a Unit (责任单位) has Members who act for it; a Point (点位) is one spot of a type of
the pack, with its unit and the person in charge of it.
Promises: a unit has one head at a time; a point lies in a village or township; what was once a
point stays one, closed, so that old rounds can be repeated.
"""
