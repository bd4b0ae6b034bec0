"""Full text: words found in texts that are known by a key, under FTS5 or tsvector. Knows no issue and no reader."""
