"""The platforms' published documents as judges of what goes over the wire; they are on the machines that have them."""

import base64
import email
import email.policy
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import httpx
import requests
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from ruamel.yaml import YAML
from werkzeug.datastructures import Headers, ImmutableMultiDict

SPECIFICATIONS = Path(os.environ.get("SHARED_SPECS", "published-specifications"))
"""The folder that holds them, with one folder for each platform."""
X_SPECIFICATION = SPECIFICATIONS / "x" / "openapi-2.166.json"


@lru_cache
def x_document() -> OpenAPI:
    """X's own description of its API."""
    document: dict[str, Any] = json.loads(X_SPECIFICATION.read_text())
    document["servers"] = [{"url": "/"}]
    # openapi-core knows no OAuth scheme; on the wire both are a bearer's token
    document["components"]["securitySchemes"]["OAuth2UserToken"] = {"type": "http", "scheme": "bearer"}
    return OpenAPI.from_dict(document)


@dataclass
class Exchange:
    """A request and its answer, in the shape that openapi-core reads."""

    method: str
    url: str
    headers: Any
    body: bytes | None
    status_code: int
    data: bytes
    answer_type: str

    @property
    def host_url(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def content_type(self) -> str:
        return str(self.headers.get("content-type", ""))

    @cached_property  # openapi-core adds what it reads from the path
    def parameters(self) -> RequestParameters:
        query = parse_qsl(urlsplit(self.url).query)
        return RequestParameters(query=ImmutableMultiDict(query), header=Headers(dict(self.headers)))


@dataclass
class Answer:
    """Its answer alone."""

    exchange: Exchange

    @property
    def status_code(self) -> int:
        return self.exchange.status_code

    @property
    def headers(self) -> dict[str, str]:
        return {"content-type": self.exchange.answer_type}

    @property
    def content_type(self) -> str:
        return self.exchange.answer_type

    @property
    def data(self) -> bytes:
        return self.exchange.data


@contextmanager
def overheard() -> Iterator[list[Exchange]]:
    """Every request that requests and httpx send inside, with its answer."""
    heard: list[Exchange] = []
    send, send_async = requests.Session.send, httpx.AsyncClient.send

    def hear(
        session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        answer = send(session, request, **kwargs)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        kind = answer.headers.get("content-type", "")
        method, url = str(request.method).lower(), str(request.url)
        heard.append(Exchange(method, url, request.headers, body, answer.status_code, answer.content, kind))
        return answer

    async def hear_async(client: httpx.AsyncClient, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        answer = await send_async(client, request, **kwargs)
        body, kind = await request.aread(), answer.headers.get("content-type", "")
        method, url = request.method.lower(), str(request.url)
        headers, body = _as_json(request.headers, body)
        heard.append(Exchange(method, url, headers, body, answer.status_code, answer.content, kind))
        return answer

    with patch.object(requests.Session, "send", hear), patch.object(httpx.AsyncClient, "send", hear_async):
        yield heard


def _as_json(headers: httpx.Headers, body: bytes) -> tuple[httpx.Headers, bytes]:
    """A form with a file as the JSON that the document allows as well; openapi-core reads no files."""
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return headers, body
    form = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    fields = {
        str(part.get_param("name", header="content-disposition")): base64.b64encode(
            part.get_payload(decode=True)
        ).decode()
        if part.get_filename()
        else part.get_content().strip()
        for part in form.iter_parts()
    }
    return httpx.Headers({**headers, "content-type": "application/json"}), json.dumps(fields).encode()


def problems_with(exchange: Exchange, document: OpenAPI) -> list[str]:
    """What the document says against a request and its answer."""
    found = []
    for judge in (
        lambda: document.validate_request(exchange),
        lambda: document.validate_response(exchange, Answer(exchange)),
    ):
        try:
            judge()
        except OpenAPIError as error:
            why = getattr(error.__cause__, "schema_errors", None) or [error.__cause__ or ""]
            found.append(f"{exchange.method} {exchange.path}: {error}: {why[0]}")
    return found


GRAPH_SPECIFICATION = SPECIFICATIONS / "meta-graph"
EVERYWHERE = frozenset({"fields", "limit", "after", "access_token", "appsecret_proof"})
"""Parameters of every call of Graph, which its node descriptions leave out."""


@lru_cache
def graph_node(name: str) -> dict[str, Any]:
    """Graph's own description of a kind of node."""
    described: dict[str, Any] = json.loads((GRAPH_SPECIFICATION / f"{name}.json").read_text())
    return described


def graph_problems(exchange: Exchange, kind_of: Callable[[str], str]) -> list[str]:
    """What Graph's descriptions say against a request: its edge, its parameters, the fields that it asks for.

    Args:
        exchange: The request.
        kind_of: The kind of the node with this id, such as `Page`.
    """
    _version, node, *edge = exchange.path.strip("/").split("/")
    kind, method = kind_of(node), exchange.method.upper()
    here = f"{method} {kind}{''.join(f'/{name}' for name in edge)}"
    apis = [
        api
        for api in graph_node(kind)["apis"]
        if (api["method"], api.get("endpoint", "")) == (method, "/".join(edge))
    ]
    if not apis:
        return [f"{here}: there is no such edge"]
    sent = _sent(exchange)
    known = {param["name"] for param in apis[0]["params"]} | EVERYWHERE
    asked = sent.get("fields", "")
    return [
        *(f"{here}: no parameter {name}" for name in sent.keys() - known),
        *_field_problems(here, apis[0]["return"] if edge else kind, asked),
    ]


def _sent(exchange: Exchange) -> dict[str, str]:
    """The parameters of a request; a file has none that is described."""
    body, kind = exchange.body or b"", exchange.content_type
    form = json.loads(body) if kind == "application/json" else dict(parse_qsl(body.decode()))
    form.pop("source", None)
    return {**dict(parse_qsl(urlsplit(exchange.url).query)), **form}


def _field_problems(here: str, kind: str, asked: str) -> Iterator[str]:
    """Fields, or edges that are asked for like fields, that this kind of node does not have."""
    node = graph_node(kind)
    edges = {api.get("endpoint"): api["return"] for api in node["apis"] if api["method"] == "GET"}
    fields = {field["name"] for field in node["fields"]}
    for name, inside in re.findall(r"(\w+)(?:\.\w+\([^)]*\))*(?:\{((?:[^{}]|\{[^{}]*\})*)\})?", asked):
        if name not in fields | edges.keys():
            yield f"{here}: {kind} has no field {name}"
        elif inside and (GRAPH_SPECIFICATION / f"{edges.get(name)}.json").exists():
            yield from _field_problems(here, edges[name], inside)


WHATSAPP_SPECIFICATION = SPECIFICATIONS / "whatsapp" / "business-messaging-api_v23.0.yaml"


@lru_cache
def whatsapp_document() -> dict[str, Any]:
    """WhatsApp's own description of its Cloud API."""
    found: dict[str, Any] = YAML(typ="safe").load(WHATSAPP_SPECIFICATION)
    return found


def whatsapp_problems(exchange: Exchange) -> list[str]:
    """What the document says against a request and its answer.

    Its schemas refuse its own examples: what `allOf` adds to a closed object. So their objects are left open here.
    """
    _version, node, *edge = exchange.path.strip("/").split("/")
    names = {"messages": "Phone-Number-ID", "media": "Phone-Number-ID", "message_templates": "WABA-ID"}
    kind = names.get(edge[0]) if edge else "Media-ID"
    described = whatsapp_document()["paths"]["/".join(["/{Version}", f"{{{kind}}}", *edge])][exchange.method]
    answer = described["responses"]["200"]["content"]["application/json"]["schema"]
    found = _against(answer, exchange.data)
    if exchange.body:
        found += _against(described["requestBody"]["content"]["application/json"]["schema"], exchange.body)
    return [f"{exchange.method} {exchange.path} ({node}): {problem}" for problem in found]


def _against(schema: dict[str, Any], content: bytes) -> list[str]:
    said, kinds = json.loads(content), _opened_components()["schemas"]
    mapping = (
        kinds.get(str(schema.get("$ref")).rpartition("/")[2], {}).get("discriminator", {}).get("mapping")
    )
    closer = {"$ref": mapping[said["type"]]} if mapping else _opened(schema)
    validator = Draft202012Validator({"components": _opened_components(), **closer})
    return [error.message for error in validator.iter_errors(said)]


@lru_cache
def _opened_components() -> dict[str, Any]:
    opened: dict[str, Any] = _opened(whatsapp_document()["components"])
    return opened


def _opened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_opened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _opened(value) for name, value in schema.items() if name != "additionalProperties"}
