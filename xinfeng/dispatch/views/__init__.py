"""Pages of orders, by who opens them. Thin: they ask queries and call commands."""
