"""The home page: what a person has to do now."""
