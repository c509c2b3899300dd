"""A media host: the files of a folder for everybody, as a web server shows them."""

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def routes(folder: Path) -> list[Route]:
    """The folder's files under `/media`."""

    async def show(request: Request) -> Response:
        path = folder / Path(request.path_params["name"]).name
        if not path.is_file():
            return Response("There is no such file.", 404)
        return Response(path.read_bytes(), media_type=mimetypes.guess_type(path.name)[0])

    return [Route("/media/{name}", show, methods=["GET"])]
