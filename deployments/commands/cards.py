"""`fte posts card`: a quotation, a figure or a tip as a picture for a post."""

from typing import Annotated

import typer

from deployments.printing import AsJson, print_json, say
from domain.errors import RejectedError
from domain.social.card import Card, CardKind
from domain.social.draft import DraftStatus
from domain.social.post import Media, Platform
from domain.vault.names import check_name
from domain.vault.note import Note
from tasks.vault.vault import Folder, NoteExistsError, current_vault


class WhichCardError(RejectedError):
    """It is not said which one card is meant."""

    def __init__(self) -> None:
        super().__init__("a card is one of --quote, --statistic and --tip; give exactly one")


class NoPlatformError(RejectedError):
    """A draft has to say where it is for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the draft {name} is for no platform; add --on x, --on linkedin or another")


def card(  # noqa: PLR0913 (a card's own parts)
    *,
    quote: Annotated[str | None, typer.Option(help="What somebody said.")] = None,
    by: Annotated[str, typer.Option(help="Who said it.")] = "",
    statistic: Annotated[str | None, typer.Option(help='A figure, such as "42 %".')] = None,
    tip: Annotated[str | None, typer.Option(help="A tip.")] = None,
    label: Annotated[
        str | None, typer.Option(help="What the figure is of; the word above a tip (default: Tip).")
    ] = None,
    draft: Annotated[
        str | None, typer.Option(help="Name of a draft to write in Posts/ that uses the card.")
    ] = None,
    on: Annotated[
        list[Platform] | None, typer.Option(help="A platform for the draft; repeat for more.")
    ] = None,
    text: Annotated[str, typer.Option(help="The draft's text; default: what the card says.")] = "",
    as_json: AsJson = False,
) -> None:
    """Draw a card, 1080 x 1350, in the handbook's `brand`, and keep it in Attachments/."""
    from tasks.policy.handbook import read_handbook  # with the ledger's modules, 0.3 s
    from tasks.social.cards import store_card  # with what draws, half a second

    made = Card.model_validate(_card(quote, statistic, tip, by=by, label=label))
    if draft and current_vault().find(check_name(draft), [Folder.POSTS]) is not None:
        raise NoteExistsError(draft, Folder.POSTS)
    if draft and not on:
        raise NoPlatformError(draft)
    media = store_card(made, read_handbook().brand)
    if draft:
        _write_draft(draft, media, on or [], text or made.alt_text)
    if as_json:
        print_json({"picture": media.document, "alt_text": media.alt_text, "draft": draft})
        return
    say(
        f"{media.document} is drawn, {media.width} x {media.height}. Who cannot see it is told: {media.alt_text}"
    )
    if draft:
        say(f"Posts/{draft}.md is written with it; set its status to ready to have it asked about.")


def _card(
    quote: str | None, statistic: str | None, tip: str | None, *, by: str, label: str | None
) -> dict[str, str]:
    given = {
        kind: main
        for kind, main in ((CardKind.QUOTE, quote), (CardKind.STATISTIC, statistic), (CardKind.TIP, tip))
        if main is not None
    }
    if len(given) != 1:
        raise WhichCardError
    [(kind, main)] = given.items()
    beside = {
        CardKind.QUOTE: by,
        CardKind.STATISTIC: label or "",
        CardKind.TIP: "Tip" if label is None else label,
    }
    return {"kind": kind, "main": main, "beside": beside[kind]}


def _write_draft(name: str, media: Media, platforms: list[Platform], text: str) -> None:
    front = {
        "status": DraftStatus.DRAFT.value,
        "platforms": [platform.value for platform in platforms],
        "media": [media.document],
        "alt_texts": [media.alt_text],
    }
    current_vault().store(Folder.POSTS, name, Note.new(front, f"\n{text.strip()}\n"))
