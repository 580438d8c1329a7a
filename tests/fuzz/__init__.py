"""A stateful fuzzer: whatever happens to an environment, what must always be true is."""
