"""The long proofs of safety: killed processes, generated requests, bad disks, bad connections.

`make soak` runs them in their full length and prints one JSON object; the suite runs each in a short form.
"""
