"""Places that store and search an index, behind one protocol."""
