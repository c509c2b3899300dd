"""Mail in and out, and understanding what arrived."""
