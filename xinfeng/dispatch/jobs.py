"""What time brings about for orders. Thin: each job calls one command."""
