"""Spreadsheets as bytes: written for those who take figures away, read from those who bring them. Pure."""
