"""PROV-CONSTRAINTS: whether a document describes something that can have happened, and if not, why."""
