"""Receipts and invoices: what a document says about money, and how sure that is."""
