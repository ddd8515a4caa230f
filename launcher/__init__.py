"""The standard-library-only package behind the `guesthouse` command."""
