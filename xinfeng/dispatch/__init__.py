"""Dispatch: what residents ask for, who serves it, and how it went.

An order is verified, dispatched to volunteers or teams who accept it, served as a shift of an
activity, confirmed by the resident and rated. Attendance and hours are those of every activity.

Promises: no order is lost, doubled or left without a day by which somebody must act; nobody is
set to a task without having accepted; every move stands in the journal and on the order's own
timeline; a plan is the cheapest over its candidates and carries the proof of it; a minor is
never proposed for what is risky; an order that cannot be served says why.
"""
