"""What pages and other rooms read of orders, plans and offers."""
