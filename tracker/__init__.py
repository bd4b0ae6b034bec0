"""Issue and escalation tracker for the task forces of a Vietnamese province."""
