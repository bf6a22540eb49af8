"""Whole PROV documents into the store and out of it."""
