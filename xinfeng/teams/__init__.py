"""Teams: volunteers who serve together.

Nouns: a Team with a leader; a Membership with dates.
Promises: a person is in a team once at a time; a dissolved team takes nobody.
"""
