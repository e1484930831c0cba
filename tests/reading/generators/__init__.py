"""Rules of generators."""
