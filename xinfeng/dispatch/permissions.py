"""Who may do what with orders. Pure questions: no queries, no exceptions."""
