"""The pictures that were handed over, so that a post's page can show them."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.store import Store

STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp", b"GIF8": "image/gif"}


@dataclass(frozen=True)
class ShownPicture:
    """Where it is shown from, and its words for readers who cannot see it."""

    address: str
    alt_text: str = ""


def keep_picture(store: Store, media_id: str, content: bytes) -> None:
    """Keep what was handed over, or one more piece of it."""
    pictures = store.table("pictures")
    earlier = b64decode((pictures.get(media_id) or {}).get("content", ""))
    pictures.put(media_id, {"content": b64encode(earlier + content).decode()})


def pictures_of(store: Store, media_ids: Iterable[str]) -> Iterator[ShownPicture]:
    """Those that are pictures, each as an address that holds it."""
    for media_id in media_ids:
        content = (store.table("pictures").get(media_id) or {}).get("content", "")
        start = b64decode(content[:16])
        kind = next((kind for begins, kind in STARTS.items() if start.startswith(begins)), None)
        if kind:
            yield ShownPicture(f"data:{kind};base64,{content}")
