"""Bytes of files: put, open, delete, list by random key; knows no owner."""
