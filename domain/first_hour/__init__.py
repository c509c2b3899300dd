"""The first hour of a new owner."""
