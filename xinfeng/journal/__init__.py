"""Journal: who did what to which thing, when.

Noun: an Entry. Promise: entries are only ever added, each in the transaction of the change
it tells of; details hold ids and numbers, never names or phone numbers.
"""
