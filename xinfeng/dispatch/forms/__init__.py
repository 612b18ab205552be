"""Shape and wording of what people enter; nothing here saves."""
