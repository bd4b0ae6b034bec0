"""Security events and refusals, append-only."""
