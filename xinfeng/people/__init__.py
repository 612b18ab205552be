"""People: who takes part, and what each may see.

Nouns: a Person signs in; an Identity holds the personal data, apart and guarded by row-level
security; a Grant gives a role over a division or a place, with dates.
Promises: personal data live in Identity only; a grant covers one division or one place.
"""
