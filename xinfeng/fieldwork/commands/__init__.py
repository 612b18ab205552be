"""Every write in this room. One function, one transaction, one journal entry."""
