"""What briefings are set with: the note, the mail and the PDF; they show a layout and compute nothing."""

from pathlib import Path

TEMPLATES = Path(__file__).parent
