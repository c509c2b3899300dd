"""The books in the business's words: bills, vendors, accounts, taxes. Pure."""
