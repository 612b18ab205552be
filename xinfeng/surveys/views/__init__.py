"""Request, one query or command, template."""
