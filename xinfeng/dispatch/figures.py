"""What the city counts about orders."""
