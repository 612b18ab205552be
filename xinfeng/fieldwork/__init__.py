"""Fieldwork: forms, the phones that fill them in, and what they send.

Promises: what a phone sent is stored as it was sent and never changed; sending it again, in any
order and any number of times, changes nothing; the first picture of a name is the evidence; an
amendment is a new submission that names the one it replaces.
"""
