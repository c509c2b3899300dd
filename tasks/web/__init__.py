"""Reading the web outside, politely, and watching pages and feeds of it."""
