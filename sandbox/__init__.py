"""Stand-in services that speak the real wire protocols; everything they say is demo data."""
