"""`fte approvers`: people who can prove a decision with a one-time code from their phone."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from tasks.approvals.approvers import begin_enrolment, confirm_enrolment, list_approvers, remove_approver

app = typer.Typer(no_args_is_help=True)
console = Console()

Name = Annotated[str, typer.Argument(help="The name that the approver gives when deciding.")]


@app.command()
def enrol(name: Name) -> None:
    """Enrol an approver: shows a QR code once, and keeps the secret when its first code comes back."""
    import qrcode

    enrolment = begin_enrolment(name)
    picture = qrcode.QRCode(border=2)
    picture.add_data(enrolment.uri)
    picture.print_ascii(out=typer.get_text_stream("stdout"), invert=True)
    console.print("Scan it with an authenticator app, or enter this address there:", markup=False)
    console.print(enrolment.uri, markup=False, highlight=False, soft_wrap=True)
    code = typer.prompt("The code the app shows now")
    approver = confirm_enrolment(enrolment, code, datetime.now(UTC))
    console.print(f"{approver.name} is enrolled. The secret is not shown again.", markup=False)


@app.command("list")
def list_enrolled(*, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List who is enrolled."""
    people = list_approvers()
    if as_json:
        facts = [{"name": person.name, "enrolled_at": person.enrolled_at.isoformat()} for person in people]
        typer.echo(json.dumps(facts))
        return
    if not people:
        console.print("Nobody is enrolled. Enrol somebody: fte approvers enrol NAME", markup=False)
    for person in people:
        console.print(f"{person.name}, since {person.enrolled_at:%Y-%m-%d}", markup=False)


@app.command()
def remove(name: Name) -> None:
    """Forget an approver's secret: no code of that name counts any more."""
    remove_approver(name, datetime.now(UTC))
    console.print(f"{name} is no longer enrolled.", markup=False)
