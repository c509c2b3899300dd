"""`fte approvers`: people who can prove a decision with a one-time code from their phone."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deployments.printing import AsJson, print_json, say
from tasks.approvals.one_time_codes import begin_enrolment, confirm_enrolment, list_approvers, remove_approver

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name that the approver gives when deciding.")]


@app.command()
def enrol(name: Name) -> None:
    """Enrol an approver: shows a QR code once, and keeps the secret when its first code comes back."""
    import qrcode

    enrolment = begin_enrolment(name)
    picture = qrcode.QRCode(border=2)
    picture.add_data(enrolment.uri)
    picture.print_ascii(out=typer.get_text_stream("stdout"), invert=True)
    say("Scan it with an authenticator app, or enter this address there:")
    say(enrolment.uri)
    code = typer.prompt("The code the app shows now")
    approver = confirm_enrolment(enrolment, code, datetime.now(UTC))
    say(f"{approver.name} is enrolled. The secret is not shown again.")


@app.command("list")
def list_enrolled(*, as_json: AsJson = False) -> None:
    """List who is enrolled."""
    people = list_approvers()
    if as_json:
        facts = [{"name": person.name, "enrolled_at": person.enrolled_at.isoformat()} for person in people]
        print_json(facts)
        return
    if not people:
        say("Nobody is enrolled. Enrol somebody: fte approvers enrol NAME")
    for person in people:
        say(f"{person.name}, since {person.enrolled_at:%Y-%m-%d}")


@app.command()
def remove(name: Name) -> None:
    """Forget an approver's secret: no code of that name counts any more."""
    remove_approver(name, datetime.now(UTC))
    say(f"{name} is no longer enrolled.")
