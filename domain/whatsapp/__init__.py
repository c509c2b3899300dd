"""WhatsApp: what customers write to the business, and what is written to them."""
