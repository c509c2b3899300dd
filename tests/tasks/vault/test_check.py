from pathlib import Path

from tasks.vault.check import broken_notes
from tasks.vault.vault import Folder, Vault, init_vault


def test_every_kind_of_broken_note_is_found(tmp_path: Path) -> None:
    init_vault(tmp_path)
    (tmp_path / "Company_Handbook.md").write_text("---\nask_abov: 5\n---\n")
    (tmp_path / "Business_Goals.md").unlink()
    (tmp_path / "Watched_Pages.md").write_text("---\npages: [{name: acme}]\n---\n")
    (tmp_path / "Playbooks" / "receipt.md").write_text("---\nwhen: {}\nsteps: []\n---\n")
    (tmp_path / "Needs_Action" / "a.md").write_text("---\nx: y: z\n---\n")
    (tmp_path / "Done" / "old.md").write_text("---\nx: y: z\n---\n")
    found = {broken.path: broken.problem for broken in broken_notes(Vault(tmp_path))}
    assert set(found) == {
        "Company_Handbook.md",
        "Business_Goals.md",
        "Watched_Pages.md",
        "Playbooks/receipt.md",
        "Needs_Action/a.md",
    }
    assert "did you mean ask_above" in found["Company_Handbook.md"]
    assert "pages, no. 1, url: is missing" in found["Watched_Pages.md"]
    assert "fte vault init" in found["Business_Goals.md"]
    assert found["Needs_Action/a.md"].startswith("line 2: ")
    assert [broken.path for broken in broken_notes(Vault(tmp_path), (Folder.DONE,))][-1] == "Done/old.md"
