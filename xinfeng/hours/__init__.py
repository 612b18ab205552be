"""Hours: time given, as a ledger.

Nouns: a Credit in whole minutes; a Star awarded for them.
Promises: credits are only ever added; each names the one fact behind it, so nothing is credited
twice; a mistake is undone by a negative credit.
"""
