"""How sites are recognised."""
