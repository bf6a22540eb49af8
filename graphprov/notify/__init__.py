"""Telling the owners: one message each about their part of an incident, by file, e-mail or webhook."""
