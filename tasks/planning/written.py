"""The playbooks as they are written, confirmed or not: those that can be read, and why others cannot."""

from domain.errors import ContractError
from domain.planning.playbook import Playbook, PlaybookError, parse_playbook
from tasks.vault.vault import Folder, current_vault


def written_playbooks() -> tuple[list[Playbook], dict[str, str]]:
    """The playbooks that can be read, and by name why others cannot."""
    books, wrong = [], {}
    for name in current_vault().names(Folder.PLAYBOOKS):
        try:
            books.append(parse_playbook(name, current_vault().read(Folder.PLAYBOOKS, name).front))
        except PlaybookError as error:
            said = str(error).removeprefix(f"playbook {name}: ")
            wrong[name] = said.partition("; correct its front matter in")[0]
        except ContractError as error:
            wrong[name] = str(error)
    return books, wrong
