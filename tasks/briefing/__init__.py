"""What a week's briefing is made from, source by source, how it is kept, and how it is laid out."""
