"""WhatsApp's Cloud API on the wire, and the admin side on which customers write and messages are delivered."""

import hashlib
import re
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.admin import answer
from sandbox.company import COMPANY_NAME
from sandbox.meta.graph import RULES, VERSION, Graph, form_of, missing, page_of, problem, shown
from sandbox.stand_in import RefusalError
from sandbox.store import Row, Store
from sandbox.whatsapp.webhook import Webhook

PHONE_ID, BUSINESS_ID = "158000000000001", "158000000000002"
NUMBER = "15550100"
STANDING, VERIFY_TOKEN = "sandbox-whatsapp-token", "sandbox-whatsapp-verify"
MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"
WINDOW = timedelta(hours=24)
LONGEST, LARGEST_BYTES = 4096, 100_000_000
FILES = ("image", "document", "audio", "video", "sticker")


def _template(name: str, status: str, text: str, *examples: str) -> Row:
    body = {"type": "BODY", "text": text, "example": {"body_text": [list(examples)]}}
    facts = {"language": "en_US", "category": "UTILITY", "parameter_format": "POSITIONAL"}
    return {"name": name, "status": status, "components": [body]} | facts


TEMPLATES = (
    _template(
        "appointment_reminder",
        "APPROVED",
        "Hello {{1}}, we expect you on {{2}}. Write to us if it does not suit you.",
        "Ann",
        "Monday",
    ),
    _template(
        "decision_waits", "APPROVED", "A decision waits: {{1}}. Write anything to see it here.", "Rent"
    ),
    _template("spring_offer", "PENDING", "Spring is here, {{1}}!", "Ann"),
)


class WhatsAppId(StringConvertor):
    """The ids of the number, of the account and of files, which have paths like Facebook's."""

    regex = "158[0-9]+"


register_url_convertor("whatsapp", WhatsAppId())


class WhatsApp(Graph):
    """One business's number."""

    text_fields = ("text",)

    def __init__(self, store: Store) -> None:
        super().__init__(store, "whatsapp")
        self._media, self._templates = store.table("whatsapp_media"), store.table("whatsapp_templates")
        self.webhook = Webhook(store, RULES.client_secret)

    async def number(self, request: Request) -> Row:
        """The number."""
        node = request.path_params["id"]
        if node in self._media:
            return self._file(node, request)
        if node != PHONE_ID:
            raise missing(node)
        row = {"id": PHONE_ID, "display_phone_number": f"+{NUMBER}", "verified_name": COMPANY_NAME}
        return shown(_with_gaps(row, request), request, usual="id,display_phone_number,verified_name")

    async def subscribe(self, request: Request) -> Row:
        """Have this account's events handed to the app."""
        self._check(request, BUSINESS_ID)
        return {"success": True}

    async def templates(self, request: Request) -> Row:
        """The templates, or those of a name."""
        self._check(request, BUSINESS_ID)
        name = request.query_params.get("name")
        rows = [
            _with_gaps(row, request) for row in self._templates.rows().values() if name in (None, row["name"])
        ]
        found = page_of(rows, request, usual="name,language,status,category,components,id")
        counts = {"message_template_count": len(self._templates), "message_template_limit": 6000}
        counts |= {"total_count": len(rows), "are_translations_complete": True}
        return found | {"summary": counts}

    async def upload(self, request: Request) -> Row:
        """A file that a message may name."""
        self._check(request, PHONE_ID)
        form = await form_of(request)
        kind, content = form.get("file") or ("", b"")
        if form.get("messaging_product") != "whatsapp" or not content:
            raise problem(100, "(#100) The parameter file is required.")
        return {"id": self._keep(content, str(form.get("type") or kind), "")}

    async def remove(self, request: Request) -> Row:
        """Delete a file."""
        if request.path_params["id"] not in self._media:
            raise missing(request.path_params["id"])
        self._media.remove(request.path_params["id"])
        return {"success": True}

    async def download(self, request: Request) -> Response:
        """A file's bytes, for whoever has the token."""
        scopes = self.oauth.scopes(self.authorization(request))
        row = self._media.get(request.path_params["id"])
        if not scopes or row is None:
            return Response("", 401 if not scopes else 404)
        return Response(b64decode(row["content"]), media_type=row["mime_type"])

    async def send(self, request: Request) -> Row:
        """A message of the business's."""
        self._check(request, PHONE_ID)
        body = await form_of(request)
        if body.get("messaging_product") != "whatsapp":
            raise problem(100, "(#100) The parameter messaging_product is required.")
        if body.get("status") == "read":
            return {"success": True}
        to = str(body.get("to") or body.get("recipient") or "").removeprefix("+")
        self._check_message(body, to)
        row = self.posts.get(self._add(body, to)) or {}
        for state in ("sent", "delivered"):
            self._tell_status(row, state)
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to} | _ids(to)],
            "messages": [{"id": row["id"], "message_status": "accepted"}]
            if body["type"] == "template"
            else [{"id": row["id"]}],
        }

    def _check_message(self, body: Row, to: str) -> None:
        if not re.fullmatch(r"[1-9][0-9]{6,14}|[A-Z]{2}\.\d+", to):
            raise refused(131009, "Parameter value is not valid", "to is not a telephone number")
        if to == NUMBER:
            raise refused(
                131021, "Recipient cannot be sender", "Sender and recipient phone number is the same"
            )
        if to.endswith("0000"):
            raise refused(131026, "Message undeliverable", "The number is not on WhatsApp")
        match body.get("type", "text"):
            case "template":
                self._check_template(body.get("template") or {})
            case "text":
                text = str((body.get("text") or {}).get("body") or "")
                if not text or len(text) > LONGEST:
                    raise refused(
                        100, "Invalid parameter", f"text.body must be 1 to {LONGEST} characters long"
                    )
                self._check_window(to)
            case _:
                self._check_window(to)

    def _check_window(self, to: str) -> None:
        heard = [row["at"] for row in self.posts.rows().values() if row.get("from") == to]
        if not heard or datetime.fromisoformat(max(heard)) + WINDOW <= self.store.now():
            why = "Message failed to send because more than 24 hours have passed since the customer last replied."
            raise refused(131047, "Re-engagement message", why)

    def _check_template(self, used: Row) -> None:
        name, language = used.get("name"), (used.get("language") or {}).get("code")
        rows = [
            row
            for row in self._templates.rows().values()
            if (row["name"], row["language"]) == (name, language)
        ]
        if not rows or rows[0]["status"] != "APPROVED":
            why = f"template name ({name}) does not exist in {language}"
            raise refused(132001, "Template name does not exist in the translation", why, status=404)
        given = [one for part in used.get("components", []) for one in part.get("parameters", [])]
        places = set(re.findall(r"\{\{(\d+)\}\}", rows[0]["components"][0]["text"]))
        if len(given) != len(places):
            why = f"number of localizable_params ({len(given)}) does not match the expected ({len(places)})"
            raise refused(132000, "Number of parameters does not match the expected number of params", why)

    def _add(self, body: Row, to: str) -> str:
        text = (body.get("text") or {}).get("body") or (body.get("template") or {}).get("name") or ""
        row: Row = {
            "id": self._wamid(to),
            "to": to,
            "text": text,
            "sent": body,
            "at": self.store.now().isoformat(),
            "states": [],
            "key": body.get("biz_opaque_callback_data"),
        }
        self.posts.put(row["id"], row)
        return str(row["id"])

    def _wamid(self, peer: str) -> str:
        made = hashlib.sha256(f"{peer} {self.store.next_number('whatsapp_posts')}".encode()).digest()
        return f"wamid.{b64encode(made[:21] + b'=').decode()}"

    def _check(self, request: Request, node: str) -> None:
        if request.path_params["id"] != node:
            raise missing(request.path_params["id"])

    def _keep(self, content: bytes, kind: str, name: str) -> str:
        number = f"1589{self.store.next_number('whatsapp_media'):011}"
        row = {"id": number, "mime_type": kind, "name": name, "content": b64encode(content).decode()}
        self._media.put(number, row)
        return number

    def _file(self, node: str, request: Request) -> Row:
        row = self._media.get(node) or {}
        content = b64decode(row["content"])
        return {
            "messaging_product": "whatsapp",
            "url": row.get("url") or f"{str(request.base_url).rstrip('/')}/whatsapp-media/{node}",
            "mime_type": row["mime_type"],
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": str(len(content)),
            "id": node,
        }

    def say(self, asked: dict[str, Any]) -> Row:
        """A customer writes.

        Args:
            asked: `from` (a number, or the id of one who hides it), `name` and `text`, or `type` with its object
                (`image: {...}`), for a file with `content` in base64; `answers`: the message that is quoted;
                `forwarded`; `group`: its id; `ago`: seconds since; `wrong_signature`; `times`: how often it is
                delivered; `quiet`: it is not.
        """
        peer, kind = str(asked["from"]), str(asked.get("type", "text"))
        inside = asked.get(kind) if kind != "text" else {"body": asked["text"]}
        if kind in FILES and "content" in asked:
            inside = dict(inside or {}) | self._sent_file(b64decode(asked["content"]), asked)
        at = self.store.now() - timedelta(seconds=float(asked.get("ago", 0)))
        ids = _ids(peer)
        message: Row = {"from": ids["wa_id"]} if "wa_id" in ids else {}
        message |= {"from_user_id": ids["user_id"], "id": asked.get("id") or self._wamid(peer), "type": kind}
        message |= {"timestamp": str(int(at.timestamp())), kind: inside}
        if asked.get("answers"):
            message["context"] = {"from": NUMBER, "id": asked["answers"]}
        if asked.get("forwarded"):
            message["context"] = {"forwarded": True}
        if asked.get("group"):
            message["group_id"] = asked["group"]
        row: Row = {"id": message["id"], "from": peer, "text": asked.get("text", ""), "at": at.isoformat()}
        self.posts.put(row["id"], row)
        contacts = [{"profile": {"name": asked.get("name", "")}} | ids]
        if not asked.get("quiet"):
            payload = self.payload(contacts=contacts, messages=[message])
            for _ in range(int(asked.get("times", 1))):
                self.webhook.add(payload, wrong_signature=bool(asked.get("wrong_signature")))
        return row | {"message": message}

    def _sent_file(self, content: bytes, asked: Row) -> Row:
        name = str(asked.get("filename", ""))
        media = self._keep(content, str(asked.get("mime_type", "image/jpeg")), name)
        digest = b64encode(hashlib.sha256(content).digest()).decode()
        facts = {"id": media, "mime_type": asked.get("mime_type", "image/jpeg"), "sha256": digest}
        return facts | ({"filename": name} if name else {})

    def _tell_status(self, row: Row, state: str, *, code: int = 0, title: str = "") -> None:
        self.posts.update(row["id"], states=[*(self.posts.get(row["id"]) or row)["states"], state])
        ids = _ids(row["to"])
        status: Row = {"id": row["id"], "status": state, "recipient_user_id": ids["user_id"]}
        status |= {"recipient_id": ids["wa_id"]} if "wa_id" in ids else {}
        status["timestamp"] = str(int(self.store.now().timestamp()))
        if row.get("key"):
            status["biz_opaque_callback_data"] = row["key"]
        if code:
            status["errors"] = [
                {"code": code, "title": title, "message": title, "error_data": {"details": title}}
            ]
        self.webhook.add(self.payload(contacts=[ids], statuses=[status]))

    def payload(self, **value: Any) -> dict[str, Any]:
        """A delivery with one change."""
        metadata = {"display_phone_number": NUMBER, "phone_number_id": PHONE_ID}
        change = {
            "field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
        }
        return {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS_ID, "changes": [change]}]}

    def admin_routes(self) -> list[Route]:
        """The admin side's paths, and those about webhook, statuses and files."""
        side = "/_sandbox/whatsapp"
        return [
            *super().admin_routes(),
            Route(f"{side}/webhook", self._list_deliveries, methods=["GET"]),
            Route(f"{side}/webhook", self._set_webhook, methods=["PUT"]),
            Route(f"{side}/deliver", self._flush, methods=["POST"]),
            Route(f"{side}/statuses", self._set_status, methods=["POST"]),
            Route(f"{side}/media/{{id}}", self._change_file, methods=["PUT"]),
        ]

    async def _list_deliveries(self, _: Request) -> JSONResponse:
        rows = self.webhook.deliveries.rows().values()
        return answer(url=self.webhook.address, deliveries=list(rows))

    async def _set_webhook(self, request: Request) -> JSONResponse:
        """Enter the webhook's address, as in the app's dashboard."""
        asked = await request.json()
        self.webhook.lead_to(asked["url"])
        if "verify_token" not in asked:
            return answer(status="set")
        return answer(status=await self.webhook.challenge(asked["verify_token"]))

    async def _flush(self, request: Request) -> JSONResponse:
        """Deliver now what waits: all of it again with `again`, the newest first with `backwards`."""
        asked = await request.json() if await request.body() else {}
        if asked.get("again"):
            for number in list(self.webhook.deliveries.rows()):
                self.webhook.again(int(number))
        return answer(statuses=await self.webhook.flush(backwards=bool(asked.get("backwards"))))

    async def _set_status(self, request: Request) -> JSONResponse:
        """Have a message delivered, read or failed."""
        asked = await request.json()
        row = self.posts.get(asked["id"]) or {}
        self._tell_status(row, asked["status"], code=asked.get("code", 0), title=asked.get("title", ""))
        return answer(status="told")

    async def _change_file(self, request: Request) -> JSONResponse:
        """Have a file lie elsewhere (`url`) or be another (`content`)."""
        self._media.update(request.path_params["id"], **(await request.json()))
        return answer(status="changed")


def _with_gaps(row: Row, request: Request) -> Row:
    """Graph tells much more of a number and a template than a demo has: what is asked for besides is empty."""
    return dict.fromkeys(filter(None, request.query_params.get("fields", "").split(","))) | row


def _ids(peer: str) -> Row:
    """A customer's number, and the id that they have for this business; one who hides the number has that alone."""
    return {"wa_id": peer, "user_id": f"AT.{peer}"} if peer.isdigit() else {"user_id": peer}


def refused(code: int, message: str, details: str, *, status: int = 400) -> RefusalError:
    """An error as the Cloud API writes it."""
    refusal = problem(code, f"(#{code}) {message}", status=status)
    error = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details},
        "fbtrace_id": "Asandbox",
    }
    return RefusalError(refusal.answer.status_code, {"error": error})


def seed(store: Store) -> None:
    """The demo company's token and templates."""
    scope = f"{MESSAGING} {MANAGEMENT}"
    store.table("_meta_access").put(STANDING, {"until": "9999-12-31T00:00:00+00:00", "scope": scope})
    for number, row in enumerate(TEMPLATES, start=1):
        template = f"1587{number:011}"
        store.table("whatsapp_templates").put(template, row | {"id": template})


def routes(store: Store) -> list[Route]:
    """The Cloud API's paths, and the admin side's."""
    here = WhatsApp(store)
    node = f"/{VERSION}/{{id:whatsapp}}"
    return [
        here.call(f"{node}/messages", here.send, MESSAGING, verb="POST"),
        here.call(f"{node}/media", here.upload, MESSAGING, verb="POST"),
        here.call(f"{node}/message_templates", here.templates, MANAGEMENT),
        here.call(f"{node}/subscribed_apps", here.subscribe, MANAGEMENT, verb="POST"),
        here.call(node, here.number, f"{MESSAGING} {MANAGEMENT}"),
        here.call(node, here.remove, MESSAGING, verb="DELETE"),
        Route("/whatsapp-media/{id}", here.download, methods=["GET"]),
        *here.admin_routes(),
    ]
