"""All tests. Run them with `make test`; the quick ones with `make check`."""
