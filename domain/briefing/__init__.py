"""The week of a business: numbers with their records, compared with the weeks before, and what follows from them."""
