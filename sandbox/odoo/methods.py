"""The public methods of the stand-in's models, with the argument names of Odoo's Python methods."""

import inspect
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.odoo.books import BOT_USER, OdooBooks
from sandbox.odoo.errors import (
    AccessError,
    DatabaseError,
    NotFound,
    PythonTypeError,
    PythonValueError,
    UnprocessableEntity,
    UserError,
)
from sandbox.odoo.groups import grouped
from sandbox.odoo.imports import ExternalIds, Importer
from sandbox.odoo.invoices import Invoices
from sandbox.odoo.models import MODELS
from sandbox.odoo.partners import Banks, Partners, hook_accounts, hook_attachments, hook_products
from sandbox.odoo.payments import Payments
from sandbox.odoo.positions import FiscalPositions
from sandbox.odoo.schema import FieldKind, choice_label, label_of
from sandbox.odoo.work import Work
from sandbox.store import Store

GROUPS = (
    "base.group_user",
    "base.group_partner_manager",
    "account.group_account_invoice",
    "product.group_product_manager",
    "hr_timesheet.group_timesheet_manager",
    "sales_team.group_sale_salesman_all_leads",
)
"""What the demo's bot may do."""
PRIVATE = frozenset(
    {"browse", "ensure_one", "exists", "fetch", "filtered", "mapped", "search_fetch", "sorted", "sudo"}
    | {"with_company", "with_context", "with_env", "with_user"}
)
"""Public names that Odoo 19 refuses to the outside all the same."""
LONGEST_NAME_SEARCH = 100


@dataclass
class OdooCall:
    """One call: on which model and records, with which context."""

    model: str
    ids: list[int] = field(default_factory=list)
    context: Mapping[str, Any] = field(default_factory=dict)


class Odoo:
    """The models with their methods over one store."""

    def __init__(self, store: Store) -> None:
        self.books = OdooBooks(store)
        self.invoices = Invoices(self.books)
        self.payments = Payments(self.books, self.invoices)
        self.names = ExternalIds(self.books)
        self.importer = Importer(self.books, self.names)
        Partners(self.books)
        hook_accounts(self.books)
        hook_attachments(self.books)
        hook_products(self.books)
        Banks(self.books)
        self.work = Work(self.books)
        self._on_model: dict[str, Callable[..., Any]] = {
            "search_read": self._search_read,
            "web_search_read": self._web_search_read,
            "search": self._search,
            "search_count": self._search_count,
            "formatted_read_group": self._formatted_read_group,
            "create": self._create,
            "load": self._load,
            "fields_get": self._fields_get,
            "name_search": self._name_search,
            "has_access": self._has_access,
            "default_get": self._default_get,
        }
        self._on_records: dict[str, Callable[..., Any]] = {
            "read": self._read,
            "write": self._write,
            "unlink": self._unlink,
        }
        self._special: dict[tuple[str, str], Callable[..., Any]] = {
            ("ir.model.data", "check_object_reference"): self._check_object_reference,
            ("res.users", "context_get"): self._context_get,
            ("res.users", "has_group"): self._has_group,
            ("account.move", "action_post"): self._action_post,
            ("account.move", "onchange"): FiscalPositions(self.books).onchange,
            ("account.move", "button_draft"): self._changing(self.invoices.to_draft),
            ("account.move", "button_cancel"): self._changing(self.invoices.cancel),
            ("account.move", "js_assign_outstanding_line"): self._assign,
            ("account.move.reversal", "reverse_moves"): self._reverse,
            ("account.move", "get_portal_url"): self._portal_url,
            ("crm.lead", "message_post"): self._message_post,
            ("account.move", "message_post"): self._message_post,
            ("res.partner", "message_post"): self._message_post,
            ("account.payment", "action_post"): self._changing(self.payments.post),
            ("account.payment", "action_draft"): self._changing(self.payments.to_draft),
            ("account.payment", "action_cancel"): self._changing(self.payments.cancel),
        }

    def call(self, call: OdooCall, method: str, arguments: Mapping[str, Any]) -> Any:
        """The value that the method returns.

        Raises:
            OdooError: as Odoo would refuse.
        """
        function = self.method(call, method)
        try:
            inspect.signature(function).bind(call, **arguments)
        except TypeError as error:
            raise UnprocessableEntity(str(error.args[0])) from error
        with self.books.store.transaction():
            return function(call, **arguments)

    def method(self, call: OdooCall, method: str) -> Callable[..., Any]:
        """The function behind a method's name.

        Raises:
            NotFound: no such model or method.
            AccessError: a private method.
            UnprocessableEntity: ids for a method that works on the model.
        """
        if call.model not in MODELS:
            raise NotFound(f"the model {call.model!r} does not exist")
        if method.startswith("_") or method in PRIVATE:
            raise AccessError(f"Private methods (such as '{call.model}.{method}') cannot be called remotely.")
        choices = (
            self._special.get((call.model, method)),
            self._on_records.get(method),
            self._on_model.get(method),
        )
        function = next((choice for choice in choices if choice is not None), None)
        if function is None:
            raise NotFound(f"The method '{call.model}.{method}' does not exist")
        if call.ids and not self.takes_ids(method):
            raise UnprocessableEntity(f"cannot call {call.model}.{method} with ids")
        return function

    def takes_ids(self, method: str) -> bool:
        """Whether the first positional argument of a JSON-RPC call names records."""
        return method not in self._on_model and method not in ("check_object_reference", "context_get")

    def _search(
        self, call: OdooCall, domain: Any, offset: int = 0, limit: int | None = None, order: str | None = None
    ) -> list[int]:
        if limit is not None and limit < 0:
            raise DatabaseError("LIMIT must not be negative\n")
        found = self.books.search(
            call.model, domain, order=order, active_test=bool(call.context.get("active_test", True))
        )
        return found[offset : offset + limit if limit else None]

    def _search_read(  # noqa: PLR0913, PLR0917 - Odoo's own signature
        self,
        call: OdooCall,
        domain: Any = None,
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        load: str | None = "_classic_read",
        **read_kwargs: Any,
    ) -> list[dict[str, Any]]:
        for name in read_kwargs:
            raise PythonTypeError(f"BaseModel._read_format() got an unexpected keyword argument {name!r}")
        ids = self._search(call, domain or [], offset, limit, order)
        return self.books.read(call.model, ids, fields, names=load == "_classic_read")

    def _web_search_read(  # noqa: PLR0913, PLR0917 - Odoo's own signature
        self,
        call: OdooCall,
        domain: Any,
        specification: Mapping[str, Any],
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        count_limit: int | None = None,
    ) -> dict[str, Any]:
        records = self._specified(call.model, self._search(call, domain, offset, limit, order), specification)
        length = offset + len(records)
        if records and limit == len(records) and not (count_limit and count_limit <= length):
            length = self._search_count(call, domain, count_limit)
        return {"length": length if records else 0, "records": records}

    def _specified(
        self, model: str, ids: Sequence[int], specification: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Records with what is wanted of the records that they name."""
        rows = self.books.read(model, ids, list(specification) or ["id"], names=False)
        for name, wanted in specification.items():
            if "fields" not in wanted:
                continue
            declared = MODELS[model].all_fields[name]
            several = declared.kind is not FieldKind.MANY2ONE
            named = sorted(
                {key for row in rows for key in (row[name] if several else [row[name]] if row[name] else [])}
            )
            related = {row["id"]: row for row in self._specified(declared.relation, named, wanted["fields"])}
            for row in rows:
                if several:
                    row[name] = [related[key] for key in row[name]]
                else:
                    row[name] = related[row[name]] if row[name] else False
        return rows

    def _search_count(self, call: OdooCall, domain: Any, limit: int | None = None) -> int:
        return len(self._search(call, domain, 0, limit))

    def _formatted_read_group(
        self, call: OdooCall, domain: Any, groupby: Sequence[str] = (), aggregates: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        found = self.books.found(call.model, domain, active_test=bool(call.context.get("active_test", True)))
        return grouped(self.books, call.model, found, groupby, aggregates)

    def _read(
        self, call: OdooCall, fields: Sequence[str] | None = None, load: str | None = "_classic_read"
    ) -> list[dict[str, Any]]:
        rows = self.books.read(call.model, call.ids, fields, names=load == "_classic_read")
        if call.context.get("bin_size") and call.model == "ir.attachment":
            for row in rows:
                size = self.books.row(call.model, row["id"])["file_size"]
                row.update({name: f"{size:.2f} bytes" for name in ("datas", "raw") if row.get(name)})
        return rows

    def _create(self, call: OdooCall, vals_list: Any) -> list[int]:
        many = [vals_list] if isinstance(vals_list, Mapping) else vals_list
        if not isinstance(many, list) or not all(isinstance(values, Mapping) for values in many):
            raise PythonTypeError(f"unexpected values for {call.model}.create: {vals_list!r}")
        return [self.books.create(call.model, dict(values)) for values in many]

    def _write(self, call: OdooCall, vals: Mapping[str, Any]) -> bool:
        self.books.write(call.model, call.ids, vals)
        return True

    def _unlink(self, call: OdooCall) -> bool:
        self.books.unlink(call.model, call.ids)
        return True

    def _load(self, call: OdooCall, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
        return self.importer.load(call.model, fields, data)

    def _fields_get(
        self, call: OdooCall, allfields: Sequence[str] | None = None, attributes: Sequence[str] | None = None
    ) -> dict[str, Any]:
        described = {
            name: {
                "name": name,
                "type": declared.kind.value,
                "string": label_of(name, declared),
                "required": declared.required,
                "readonly": declared.readonly,
                "store": not declared.readonly,
                "searchable": True,
                "sortable": True,
                **({"relation": declared.relation} if declared.relation else {}),
                **({"relation_field": declared.inverse} if declared.inverse else {}),
                **(
                    {"selection": [[c, choice_label(c)] for c in declared.choices]}
                    if declared.choices
                    else {}
                ),
            }
            for name, declared in MODELS[call.model].all_fields.items()
            if not allfields or name in allfields
        }
        if not attributes:
            return described
        return {
            name: {key: value for key, value in about.items() if key in attributes}
            for name, about in described.items()
        }

    def _name_search(
        self,
        call: OdooCall,
        name: str = "",
        domain: Any = None,
        operator: str = "ilike",
        limit: int = LONGEST_NAME_SEARCH,
    ) -> list[list[Any]]:
        named = [["display_name", operator, name]] if name else []
        found = self._search(call, [*named, *(domain or [])], 0, limit)
        return [[record_id, self.books.display_name(call.model, record_id)] for record_id in found]

    def _has_access(self, call: OdooCall, operation: str) -> bool:
        declared = MODELS[call.model]
        return declared.readable if operation == "read" else declared.writable

    def _check_object_reference(
        self,
        call: OdooCall,
        module: str,
        xml_id: str,
        raise_on_access_error: bool = False,  # noqa: FBT001, FBT002
    ) -> list[Any]:
        del call, raise_on_access_error
        found = self.names.find(f"{module}.{xml_id}")
        if found is None:
            raise PythonValueError(f"External ID not found in the system: {module}.{xml_id}")
        return list(found)

    def _default_get(self, call: OdooCall, fields: Sequence[str]) -> dict[str, Any]:
        declared = MODELS[call.model].all_fields
        known = {name: declared[name].default for name in fields if name in declared}
        return {name: value for name, value in known.items() if value is not None}

    def _context_get(self, call: OdooCall) -> dict[str, Any]:
        del call
        return {"lang": "en_US", "tz": False, "uid": BOT_USER}

    def _has_group(self, call: OdooCall, group_ext_id: str) -> bool:
        if len(call.ids) != 1:
            raise PythonValueError(f"Expected singleton: res.users({', '.join(map(str, call.ids))})")
        return group_ext_id in GROUPS

    def _action_post(self, call: OdooCall) -> bool:
        self._must_exist(call)
        self.invoices.post(call.ids)
        return False

    def portal_token(self, move_id: int) -> str | None:
        """What the invoice's link is opened with; None: it has no link."""
        rows = self.books.table("account.move")
        return (rows.get(move_id) or {}).get("access_token")

    def _portal_url(
        self,
        call: OdooCall,
        suffix: str | None = None,
        report_type: str | None = None,
        download: bool | None = None,  # noqa: FBT001
    ) -> str:
        self._must_exist(call)
        (move_id,) = call.ids
        token = self.portal_token(move_id) or str(uuid.uuid5(uuid.NAMESPACE_URL, f"move {move_id}"))
        self.books.set_values("account.move", move_id, access_token=token)
        more = [f"&report_type={report_type}" if report_type else "", "&download=true" if download else ""]
        return f"/my/invoices/{move_id}{suffix or ''}?access_token={token}{''.join(more)}"

    def _message_post(self, call: OdooCall, body: str = "") -> int:
        self._must_exist(call)
        return self.work.post(call.model, call.ids, body)

    def _assign(self, call: OdooCall, line_id: int) -> None:
        self._must_exist(call)
        self.payments.assign(call.ids[0], line_id)

    def _reverse(self, call: OdooCall, is_modify: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        if is_modify or len(call.ids) != 1:
            raise PythonValueError(f"Expected singleton: account.move.reversal({call.ids})")
        self._must_exist(call)
        made = self.invoices.reverse(call.ids[0])
        return {
            "name": "Reverse Moves",
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": made,
            "context": {"default_move_type": self.books.row("account.move", made)["move_type"]},
        }

    def _changing(self, change: Callable[[list[int]], None]) -> Callable[[OdooCall], None]:
        def changed(call: OdooCall) -> None:
            self._must_exist(call)
            change(call.ids)

        return changed

    def _must_exist(self, call: OdooCall) -> None:
        for record_id in call.ids:
            self.books.row(call.model, record_id)


def positional(
    function: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments by name, as JSON-2 has them, from JSON-RPC's positions and names.

    Raises:
        UserError: too many.
    """
    names = [name for name in inspect.signature(function).parameters if name != "call"]
    if len(arguments) > len(names):
        raise UserError(f"takes at most {len(names)} arguments, {len(arguments)} were given")
    return {**dict(zip(names, arguments, strict=False)), **named}
