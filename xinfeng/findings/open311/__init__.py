"""Open311 GeoReport v2: programs of others report here, and read what becomes of reports.

Decided here, because the specification leaves it open:

- A service is a class of snap reports; `praise` is one more. A report without a key is paced as
  one of our own page; a program's key raises the limit and is shown nowhere again.
- Shown are reports of residents that an office has confirmed, in the office's words; a number
  that is not confirmed yet tells its state and nothing else. Praise is never shown in words.
  Nothing of people is ever answered: no name, no telephone, no account.
- A position is rounded to a thousandth of a degree, about a hundred metres: our own page tells
  everybody within such a circle that something is known there, and no more.
- `media_url` is not fetched: no request leaves this server for an address that somebody sent.
  Pictures come as files of the same request; those that an office has made public are given.
- A duplicate is open as long as what it was joined to.
"""
