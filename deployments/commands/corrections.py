"""`fte corrections`: what persons corrected in tasks, what that teaches, and forgetting it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deployments.printing import AsJson, print_json, print_table, say
from domain.planning.correction import all_lessons
from tasks.planning.corrections import all_corrections, forget_corrections

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_corrections(*, as_json: AsJson = False) -> None:
    """List the corrections, and what they teach."""
    made = all_corrections()
    taught = [lesson.because for lesson in all_lessons(made)]
    if as_json:
        rows = [
            {"task": one.task_id, "field": one.field, "old": one.old, "new": one.new, "how": one.how.value,
             "from": one.features.sender, "at": one.at.isoformat()}
            for one in made
        ]  # fmt: skip
        print_json({"corrections": rows, "taught": taught})
        return
    if not made:
        say("Nothing was corrected.")
        return
    cells = [
        [one.task_id, one.field, one.old, one.new, one.features.sender, f"{one.at:%Y-%m-%d}"] for one in made
    ]
    print_table(("Task", "Of", "Was", "Is", "From", "When"), cells)
    say(
        "\n".join(["", "What they teach:", *taught])
        if taught
        else "They teach nothing yet: three have to agree."
    )


@app.command()
def forget(task: Annotated[str, typer.Argument(help="The task's id.")]) -> None:
    """Forget what was corrected in a task."""
    gone = forget_corrections(task, datetime.now(UTC))
    said = ", ".join(f"{one.field} {one.new}" for one in gone)
    say(f"Forgotten: {said}. An open task has its earlier values again.")
