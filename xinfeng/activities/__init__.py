"""Activities: what volunteers do together, when, and who really came.

Nouns: a Category of service; a Programme of the city; a Project of a place; an Activity has
Shifts; a Person holds a Signup for a Shift, as a helper or as a learner.
Promises: one live sign-up per person and shift; times always agree with the state; a shift
never holds more than its capacity; leaving credits a helper's minutes exactly once, and a
learner's never. What is by invitation stands in no public place; an upper room books whoever
accepted there.
"""
