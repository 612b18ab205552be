"""Inspections: the standard a place is judged by, and what the judgement stands on.

Nouns: a Standard (data, versioned); an Evaluation of all places over a period; a Result per
place and check line; a Score per place and project; a Filing, the evidence a keeper enters.
Promises: a published standard never changes; results are only ever added; what is not known
is never filled in.
"""
