"""What performs, undoes and proves the catalogue's actions."""
