"""A page's videos: handed over in pieces, prepared out of sight, and published when that is asked for."""

import json

from sandbox.meta.graph import missing, problem
from sandbox.store import Row, Store

PIECE = 1_000_000


class Videos:
    """What was handed over; it is further each time that it is looked at."""

    def __init__(self, store: Store) -> None:
        self._store, self.rows = store, store.table("facebook_videos")

    def phase(self, form: Row) -> Row:
        """One call of an upload."""
        match form.get("upload_phase"):
            case "start":
                return self._start(int(form["file_size"]))
            case "transfer":
                return self._transfer(self._of(form), form)
            case "finish":
                return self._finish(self._of(form), form)
            case _:
                raise problem(6000, "There was a problem uploading your video file.", subcode=1363019)

    def look(self, video: str) -> Row:
        """A video as it is, which is then a step further."""
        row = self.rows[video]
        if row["status"]["video_status"] == "processing":
            self.rows.update(video, status={"video_status": "ready" if row["is_film"] else "error"})
        return dict(row)

    def publish(self, video: str) -> Row | None:
        """Make it public; None where it is already."""
        row = self.rows[video]
        if row["status"]["video_status"] != "ready":
            raise problem(100, "(#100) The video is not ready to be published.")
        if row["published"]:
            return None
        return dict(self.rows.update(video, published=True))

    def _start(self, size: int) -> Row:
        number = self._store.next_number("facebook_videos")
        video, upload = f"333{number:012}", f"444{number:012}"
        row = {
            "id": video,
            "upload": upload,
            "size": size,
            "here": 0,
            "is_film": False,
            "description": "",
            "published": False,
            "created_time": self._store.now().strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink_url": f"/northwindlane/videos/{video}/",
            "status": {"video_status": "uploading"},
        }
        self.rows.put(video, row)
        return {"video_id": video, "upload_session_id": upload, **_wanted(row)}

    def _transfer(self, row: Row, form: Row) -> Row:
        _kind, piece = form.get("video_file_chunk") or ("", b"")
        if int(form["start_offset"]) != row["here"]:
            said, wanted = "There was a problem uploading your video.", json.dumps(_wanted(row))
            raise problem(6001, said, subcode=1363037, error_data=wanted)
        looks_right = row["is_film"] or (row["here"] == 0 and piece[4:8] == b"ftyp")
        row = self.rows.update(row["id"], here=row["here"] + len(piece), is_film=looks_right)
        return _wanted(row)

    def _finish(self, row: Row, form: Row) -> Row:
        if row["here"] != row["size"]:
            raise problem(6000, "There was a problem uploading your video file.", subcode=1363019)
        if str(form.get("published", "true")).lower() == "true":
            raise problem(100, "(#100) The sandbox publishes a video once it is ready.")
        text, status = str(form.get("description", "")), {"video_status": "processing"}
        self.rows.update(row["id"], description=text, status=status)
        return {"success": True}

    def _of(self, form: Row) -> Row:
        upload = str(form.get("upload_session_id"))
        for row in self.rows.rows().values():
            if row["upload"] == upload:
                return dict(row)
        raise missing(upload)


def _wanted(row: Row) -> Row:
    """The bytes that are to be sent next; none when both are the same."""
    return {"start_offset": str(row["here"]), "end_offset": str(min(row["here"] + PIECE, row["size"]))}
