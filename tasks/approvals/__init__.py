"""Keeping requests, answers and approvers."""
