"""Incident records, played in the workspace by its people."""
