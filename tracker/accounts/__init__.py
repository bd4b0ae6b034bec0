"""Accounts, grants, server-side sessions and the sign-in throttle."""
