"""Legal documents that texts cite."""
