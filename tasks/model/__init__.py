"""Asking the connected language model: within its limit of money and time, and with a record of each call."""
