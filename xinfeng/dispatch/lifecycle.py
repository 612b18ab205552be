"""What this room tells of a person, and what becomes of it when an account ends or merges."""
