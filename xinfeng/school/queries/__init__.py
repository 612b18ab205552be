"""What the pages and the other rooms read of the night school."""
