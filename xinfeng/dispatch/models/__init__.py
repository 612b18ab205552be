"""The nouns of this room, by what they are about."""
