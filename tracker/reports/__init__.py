"""Figures for leaders: each count one named function, each opening the list behind it."""
