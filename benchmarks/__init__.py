"""Measures how fast the product is; not shipped with it."""
