"""What an approval is: a person's decision about exactly one content."""
