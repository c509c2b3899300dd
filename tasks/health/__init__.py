"""Asking every service how it is, keeping what came of it, and showing it."""
