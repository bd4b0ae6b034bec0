"""A province that lives through a year: people act by chance, jobs run each morning, and some things always hold."""
