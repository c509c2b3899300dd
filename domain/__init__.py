"""What the business means. Pure: no Prefect, no network, no files, no clock."""
