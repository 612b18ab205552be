"""The pages of this room: request, one command or query, template."""
