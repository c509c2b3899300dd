"""A new Vault: the folders, and the notes every Vault begins with."""

from pathlib import Path

from domain.errors import ContractError
from domain.vault.folder import Folder
from tasks.vault.atomic import put_new, write_beside

HANDBOOK = "Company_Handbook.md"
FIRST_NOTES = (HANDBOOK, "Business_Goals.md", "Watched_Pages.md")
POST_TEMPLATES = "Templates/Posts"
ANSWERS = "Templates/Answers.md"
MAIL_TEMPLATES = "Templates/Mail"
PROMPTS = "Templates/Prompts"
_HOUSE = Path(__file__).resolve().parents[2]
_TEMPLATES = (_HOUSE / "Vault", _HOUSE / "deployments" / "vault_template")
"""In the repository; in an installed package."""


class TemplateMissingError(ContractError):
    """The installation lacks the notes a new Vault begins with."""

    def __init__(self) -> None:
        super().__init__(
            f"neither {_TEMPLATES[0]} nor {_TEMPLATES[1]} holds a {HANDBOOK}; install digital-fte again"
        )


def init_vault(target: Path) -> list[Path]:
    """Make a Vault, or complete one; nothing that exists is changed.

    Returns:
        What was made, in order.

    Raises:
        TemplateMissingError: the installation is damaged.
    """
    made = [_made(target / folder) for folder in ("", *Folder)]
    template = _template()
    sources = [template / name for name in (*FIRST_NOTES, ANSWERS)]
    sources += sorted((template / Folder.PLAYBOOKS).glob("*.md"))
    for folder in (POST_TEMPLATES, MAIL_TEMPLATES, PROMPTS):
        sources += sorted(path for path in (template / folder).glob("*") if path.suffix in {".md", ".html"})
    copied = [_copied(source, target / source.relative_to(template)) for source in sources]
    return [path for path in (*made, *copied) if path]


def is_as_made(note: Path) -> bool:
    """Whether a note that every Vault begins with is still as it was made: nobody has written into it."""
    return note.read_bytes() == (_template() / note.name).read_bytes()


def _template() -> Path:
    for template in _TEMPLATES:
        if (template / HANDBOOK).is_file():
            return template
    raise TemplateMissingError


def _made(folder: Path) -> Path | None:
    if folder.is_dir():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copied(source: Path, target: Path) -> Path | None:
    if target.exists():
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        put_new(write_beside(target, source.read_bytes(), "00"), target)
    except FileExistsError:
        return None
    return target
