"""Copies of database and files taken while people work, and their return.

Must not know what a row means: it copies, counts and compares.
"""
