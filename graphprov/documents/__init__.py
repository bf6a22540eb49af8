"""W3C PROV documents: what they say as statements, and how each format writes it."""
