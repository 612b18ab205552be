"""Dispatch: what residents ask for, and who serves it. So far the matching engine alone.

Promises: a plan is the cheapest over its candidates and carries the proof of it; a minor is
never proposed for what is risky; an order that cannot be served says why.
"""
