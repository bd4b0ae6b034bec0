"""Forms of issues: the shape of what is typed, never who may."""
