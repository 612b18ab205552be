"""What pages and the interface read; nothing here writes."""
