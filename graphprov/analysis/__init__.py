"""The analyses: impact, lineage, catalogue. They ask the store and return data; they print nothing."""
