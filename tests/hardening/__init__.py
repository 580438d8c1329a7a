"""Hardening: nothing lost, nobody let in, nothing slower, whatever happens."""
