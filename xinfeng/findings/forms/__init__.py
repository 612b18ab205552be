"""Shape and wording of input; never saves."""
