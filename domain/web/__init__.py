"""The web outside: pages and feeds that are watched, what they say, and what has changed on them."""
