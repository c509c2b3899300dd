"""What a file of a post is, by its bytes, and a version that a platform takes; the original stays as it is."""

import hashlib
import io
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING

from blocks.picture_worker import FORMATS
from domain.errors import RejectedError
from domain.social.bare import bare_picture
from domain.social.bare_film import bare_film
from domain.social.dialect import is_shaped, own_name
from domain.social.post import Media, Platform
from domain.social.rules import FILMS, RULES, PictureRules
from tasks.social.media_kind import DAMAGED, FILM_USE, SMALLER, TOO_EARLY, NoMediaError, kind_of_file, turned
from tasks.vault.attachments import DocumentChangedError
from tasks.vault.places import OutsideVaultError
from tasks.vault.vault import Folder, current_vault

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_BYTES = 512_000_000
LARGEST_FETCHED_BYTES = 100_000_000
NEAR = 0.8
"""How alike the names of two files are of which one may be meant by the other."""
QUALITIES = (92, 85, 75, 60)


class FileNotKeptError(RejectedError):
    """What is named is no file that was kept for a post, or it was changed since."""

    def __init__(self, document: str) -> None:
        super().__init__(
            f"{document} is no file that upload_media kept, or it was changed since; upload it again, and give the "
            "media_id that is answered"
        )


def media_of(document: str, alt_text: str = "") -> Media:
    """The facts of a file that is kept in the Vault.

    Raises:
        NoMediaError: it is no picture, video or PDF, whatever its name says.
        FileNotKeptError: there is no such file, or it is not as it was kept.
    """
    try:
        content = current_vault().document(document)
    except (DocumentChangedError, OutsideVaultError) as error:
        raise FileNotKeptError(document) from error
    return media_in(content, document, alt_text)


def media_in(content: bytes, document: str, alt_text: str = "") -> Media:
    """The facts of a file with this content.

    Raises:
        NoMediaError: it is no picture, video or PDF, whatever its name says.
    """
    kind = kind_of_file(own_name(document), content)
    return Media(
        document=document,
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind.name,
        size_bytes=len(content),
        width=kind.width,
        height=kind.height,
        is_animated=kind.is_animated,
        seconds=kind.seconds,
        alt_text=alt_text,
    )


def media_content(media: Media) -> bytes:
    """The file's bytes, as they were approved.

    Raises:
        NotAsApprovedError: they are others.
    """
    return current_vault().approved(media.document, media.sha256)


def keep_file(path: Path) -> Media:
    """Keep a file of this machine in the Vault for a post.

    Raises:
        NoMediaError: there is none that can be published.
    """
    return media_of(current_vault().attach(readable(path), path.name))


def named_in_note(file: str) -> Path:
    """The file that a note of Posts/ names: beside the note, or in Attachments/.

    Raises:
        NoMediaError: it lies elsewhere in the Vault, or nowhere.
        OutsideVaultError: it leads out of the Vault.
    """
    is_attached = file.startswith(f"{Folder.ATTACHMENTS}/")
    relative = normpath(file if is_attached else f"{Folder.POSTS}/{file}".replace("\\", "/"))
    if relative.startswith("../"):
        raise OutsideVaultError(file)
    path = current_vault().path(relative)
    if not relative.startswith((f"{Folder.ATTACHMENTS}/", f"{Folder.POSTS}/")):
        raise NoMediaError(file, "it lies neither in Attachments/ nor in Posts/", "copy it into Attachments/")
    if not path.exists():
        raise NoMediaError(path.name, "there is no such file", _where_instead(path.name))
    return path


def _where_instead(name: str) -> str:
    """What to write for a file that is not where its note says."""
    for folder in (Folder.ATTACHMENTS, Folder.POSTS, Folder.INBOX):
        there = {entry.name.casefold(): entry.name for entry in current_vault().path(folder).glob("*.*")}
        if near := get_close_matches(name.casefold(), there, 1, NEAR):
            found = f"{folder}/{there[near[0]]}"
            return f"move {found} into Attachments/" if folder is Folder.INBOX else f"write {found}"
    return "correct its name"


def readable(path: Path) -> bytes:
    """The content of a file that can be published.

    Raises:
        NoMediaError: it is not there, cannot be read, is too large, or is no picture, video or PDF.
    """
    try:
        if not path.is_file():
            raise NoMediaError(path.name, "there is no such file", "correct its name, or give its whole path")
        if path.stat().st_size > LARGEST_BYTES:
            raise NoMediaError(path.name, f"it has more than {LARGEST_BYTES // 1_000_000} MB", SMALLER)
        content = path.read_bytes()
    except OSError as error:
        raise NoMediaError(path.name, error.strerror or type(error).__name__, "look at it") from error
    kind_of_file(path.name, content)
    return content


def is_address(file: str) -> bool:
    """Whether a file is named by where it stands on the web."""
    return file.startswith(("http://", "https://"))


async def keep_addresses(files: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files of a post, those at web addresses kept in the Vault, and what is wrong with the others.

    Raises:
        DiskFullError, DiskRefusesError: they cannot be kept now.
    """
    from blocks.web_file import WebAwayError

    kept, wrong = [], []
    for file in files:
        try:
            kept.append((await keep_address(file)).document if is_address(file) else file)
        except (WebAwayError, RejectedError) as error:
            wrong.append(str(error))
    return kept, wrong


async def keep_address(address: str) -> Media:
    """Keep what stands at a public web address in the Vault for a post; from then on the address plays no part.

    Raises:
        NoMediaError: it is no picture, video or PDF.
        WebFileAwayError, WebFileRefusedError: it cannot be fetched.
    """
    from blocks.web_file import fetch_file  # with its HTTP client: few posts need it

    content, name = await fetch_file(address, LARGEST_FETCHED_BYTES)
    kind_of_file(name, content)
    return media_of(current_vault().attach(content, name))


def fitted(media: Media, platform: Platform) -> Media:
    """The file as the platform takes it, kept beside the original: a picture converted and made smaller.

    It holds nothing but the picture or film. What is neither, or is so already, stays itself; a picture's shape is
    never changed.

    Raises:
        NoMediaError: its content is damaged, or what it has beside the film cannot be taken out.
        DiskFullError, DiskRefusesError: it cannot be kept.
    """
    if media.kind in FILMS:
        return _bare_film(media)
    rules = RULES[platform].pictures
    if not media.is_image or not is_shaped(media, rules):
        return media
    content, kind = current_vault().document(media.document), media.kind
    made = _bare(content, kind) if _fits(media, rules) else None
    if made == content:
        return media
    if made is None:
        made, kind = _converted(content, own_name(media.document), rules), rules.kinds[0]
    name = f"{own_name(media.document).rpartition('.')[0]}-{platform.value}.{kind.rpartition('/')[2]}"
    return media_of(current_vault().attach(made, name), media.alt_text)


def _bare_film(media: Media) -> Media:
    """The film without where it was taken and what else nobody sees in it; one for all platforms."""
    document = _bare_document(media.document)
    return media if document == media.document else media_of(document, media.alt_text)


def _bare_document(document: str) -> str:
    """Where such a film is kept. Its content ends here: a film has up to 512 MB, and is read again."""
    content, name = current_vault().document(document), own_name(document)
    made = bare_film(content)
    if made is None:
        said = "where it was taken, and what else nobody sees in it, cannot be taken out"
        raise NoMediaError(name, said, FILM_USE)
    if made == content:
        return document
    stem, _, ending = name.rpartition(".")
    return current_vault().attach(made, f"{stem}-alone.{ending}")


def _bare(content: bytes, kind: str) -> bytes | None:
    """The file without where it was taken and what else nobody sees in it; None: it has to be made anew for that."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if turned(picture) != 1:
            return None
    return content if kind == "image/gif" else bare_picture(content, kind)


def _converted(content: bytes, name: str, rules: PictureRules) -> bytes:
    from PIL import Image, ImageOps  # here: few posts need it

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return _encoded(_smaller(ImageOps.exif_transpose(picture), rules), rules)
    except (*DAMAGED, Image.DecompressionBombError) as error:
        raise NoMediaError(name, TOO_EARLY) from error


def _fits(media: Media, rules: PictureRules) -> bool:
    narrow = rules.widest is None or media.width <= rules.widest
    few = rules.most_pixels is None or media.width * media.height <= rules.most_pixels
    return media.kind in rules.kinds and media.size_bytes <= rules.size_bytes and narrow and few


def _smaller(picture: "Image", rules: PictureRules) -> "Image":
    scale = 1.0
    if rules.widest:
        scale = min(scale, rules.widest / picture.width)
    if rules.most_pixels:
        scale = min(scale, (rules.most_pixels / (picture.width * picture.height)) ** 0.5)
    if scale == 1.0:
        return picture
    return picture.resize((int(picture.width * scale), max(int(picture.height * scale), 1)))


def _encoded(picture: "Image", rules: PictureRules) -> bytes:
    """The picture in the platform's first format, as good as its size allows."""
    flat = picture
    colours = picture.info.get("icc_profile") if picture.mode in {"RGB", "RGBA", "L"} else None
    if picture.mode not in {"RGB", "L"}:
        from PIL import Image

        flat = Image.new("RGB", picture.size, "white")
        with picture.convert("RGBA") as layered:
            flat.paste(layered, mask=layered.getchannel("A"))
    for quality in QUALITIES:
        written = io.BytesIO()
        flat.save(written, "JPEG", quality=quality, icc_profile=colours, comment=b"")
        if written.tell() <= rules.size_bytes:
            break
    return written.getvalue()
