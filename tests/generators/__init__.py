"""What the generators themselves make of sample sites, and whether we say the same."""
