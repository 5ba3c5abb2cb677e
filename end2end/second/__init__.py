"""A second implementation of the checks, written from SPEC.md alone."""
