"""Frames that are kept on this machine: checked where they enter, as Parquet, a generation at a time."""
