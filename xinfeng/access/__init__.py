"""Programs of others that act for a person: which there are, and what a person lent to them.

Nouns: Program (allauth's client), Passing. Promise: a program acts only within what its person
agreed to on our own page, and only until the person or the city office takes it back.
"""
