"""Base: clock, refusal, units, figures, scope. No tables, no domain words."""
