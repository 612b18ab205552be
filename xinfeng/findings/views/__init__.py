"""Pages of findings and of snap reports."""
