"""The model: kinds and relations, identifiers, metadata, and the statements that are recorded. Knows nobody."""
