"""What a mail is about, by its words in the languages a small business meets."""

import re

from domain.mail.facts import MailFacts


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


ASSISTANT_ORDERS = _any(
    (
        r"(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,3}?(?:previous|prior|above|earlier|all|"
        r"your)\W+(?:\w+\W+){0,2}?(?:instructions?|rules|prompts?|policy)"
    ),
    (
        r"\b(?:dear|hello|hi|note to|attention|instructions? (?:to|for)|message (?:to|for))\W+(?:the |any |"
        r"our )?(?:ai|a\.i\.|assistant|agent|bot|language model|llm|digital employee|digital fte)\b"
    ),
    r"\byou are (?:now )?(?:an? )?(?:ai|assistant|agent|language model)",
    r"\bsystem prompt\b|<\s*/?\s*(?:system|instructions?)\s*>|\[(?:system|inst)\]",
    (
        r"(?:approve|pay|book|process)\W+(?:\w+\W+){0,4}?(?:automatically|without (?:asking|approval|review|"
        r"confirmation|checking))"
    ),
    (
        r"(?:no|without|skip(?:ping)?|bypass)\W+(?:the |any |human |further )*(?:approval|review|"
        r"confirmation)\W+(?:is |are )?(?:needed|required|necessary|step)?"
    ),
    r"mark (?:this|it|the \w+) as (?:approved|paid|safe|trusted)",
    r"(?:assistant|agent|bot|ki)\W+(?:must|should|please|shall|soll|bitte)\W",
)
NOT_YET = _any(
    (
        r"\b(?:quote|quotation|estimate|pro.?forma|kostenvoranschlag|angebot (?:nr|nummer)|devis|"
        r"presupuesto|preventivo|sebut harga)\b"
    ),
    (
        r"will (?:automatically )?(?:renew|be charged|be billed)|upcoming (?:invoice|charge|renewal|"
        r"payment)|renews? on|free trial (?:ends|will)"
    ),
    (
        r"(?:payment|card|charge|transaction)\W+(?:\w+\W+){0,3}?(?:failed|declined|unsuccessful|"
        r"could not be)|unable to (?:charge|process)|zahlung fehlgeschlagen"
    ),
)
REMINDER = _any(
    (
        r"\b(?:payment |friendly |second |final |overdue )reminder\b|\boverdue\b|past due|still (?:unpaid|"
        r"open|outstanding)|\bstatement of account\b"
    ),
    r"\b(?:mahnung|zahlungserinnerung|relance|rappel de paiement|recordatorio de pago|sollecito|peringatan)\b",
    r"(?:we have )?not (?:yet )?received (?:your )?payment|account statement",
)
INCOMING = _any(
    (
        r"you(?:'ve| have)? (?:received|got)(?: a| an| your)? (?:payment|payout|money|order|sale|"
        r"[$\u20ac\u00a3])|\bpayout\b|new (?:order|sale) (?:from|#|received|on your)|you made a sale"
    ),
    (
        r"(?:your )?invoice (?:\S+ )?(?:was|has been) paid|(?:customer|client) (?:has )?paid|"
        r"sent you (?:a payment|money|[$\u20ac\u00a3])|zahlungseingang|deposit(?:ed)? (?:to|into) your"
    ),
    r"\b(?:refund(?:ed)?|cancell?ed|storniert|rückerstattung|rembours\w+|reembolso|credit note|gutschrift)\b",
)
SHIPPING = _any(
    (
        r"(?:has|have|was|is|been)\W+(?:\w+\W+)?(?:shipped|dispatched|delivered|out for delivery)|"
        r"\bon its way\b|track(?:ing)? (?:number|your (?:package|parcel|order|shipment))|out for delivery"
    ),
    (
        r"\b(?:sendung|paket)\W+(?:\w+\W+){0,3}?(?:unterwegs|zugestellt|versandt|verschickt)|"
        r"sendungsverfolgung|\bversandbestätigung\b|(?:colis|"
        r"commande) (?:a été )?(?:expédi|livr)|(?:ha sido|pedido) enviad|estimated delivery"
    ),
)
ADVERTISING = _any(
    (
        r"\d{1,2} ?% (?:off|discount|rabatt|de réduction|de descuento|sconto|diskaun)|\bup to \d+ ?%|"
        r"save (?:up to )?[$\u20ac\u00a3\d]|\bsale (?:ends|starts|now|is on)|\b(?:flash|summer|winter|"
        r"autumn|spring|clearance|cyber|big) sale\b"
    ),
    (
        r"\b(?:promo(?:tion)?|coupon|discount|voucher) code\b|use code \w+|\bshop now\b|\bbuy now\b|"
        r"\border now\b|limited.time|last chance|exclusive (?:offer|deal)|black friday|cyber monday"
    ),
    (
        r"free (?:shipping|delivery)|order(?:s| total)? (?:is |of )?(?:over|above|more than)|\bspend \$?\d|"
        r"you left (?:something|items)|still in your (?:cart|basket)|your cart\b|don.t miss|deals? of the"
    ),
    (
        r"\b(?:jetzt (?:kaufen|sichern|bestellen)|sonderangebot|rabatt|gutscheincode|nur heute|soldes|"
        r"offre spéciale|profitez|oferta|descuento|rebajas|tawaran|jualan)\b"
    ),
    r"upgrade (?:today|now)|start your free|book a demo|limited offer|special offer|starting at [$\u20ac\u00a3]",
)
NEWSLETTER = _any(
    (
        r"\bnewsletter\b|\b(?:weekly|monthly|daily) (?:digest|update|roundup|briefing|news)\b|"
        r"view (?:this (?:email|mail) )?in (?:your )?browser|im browser (?:ansehen|anzeigen)|read more|"
        r"webinar|in this issue"
    ),
    (
        r"this week in|new (?:blog|post|episode|features|release)|what.s new|weiterlesen|lire la suite|"
        r"boletín|join us (?:at|for)"
    ),
)
BULK = _any(
    r"\bunsubscribe\b|manage (?:your )?(?:email )?preferences|abbestellen|abmelden|se désabonner|"
    r"désinscri|darse de baja|nyahlanggan"
)
RECEIPT_SUBJECT = _any(
    (
        r"\b(?:e-?)?(?:receipts?|invoices?|bill)\b|(?:order|payment|purchase|booking|subscription) confirm|"
        r"confirmation of (?:your )?(?:order|payment|purchase)|payment (?:received|successful|processed|to )"
    ),
    (
        r"\b(?:rechnung|quittung|beleg|bestellbestätigung|zahlungsbestätigung|"
        r"buchungsbestätigung|facture|reçu|factura|recibo|fattura|ricevuta|factuur|bon|resit|"
        r"invois|bil|fatura)\b"
    ),
    (
        r"thank(?:s| you) for your (?:order|purchase|payment)|your (?:\S+ ){0,3}order\b.{0,20}#?\d|"
        r"you(?:'ve)? paid|we(?:'ve)? charged|your (?:\S+ ){0,2}trip with"
    ),
)
RECEIPT_BODY = _any(
    (
        r"amount (?:due|paid|charged)|total (?:paid|charged|due)|order total|grand total|invoice (?:no|"
        r"number|#|date)|receipt (?:no|number|#|from)|payment (?:method|received)|date paid|billed to|"
        r"bill to"
    ),
    (
        r"(?:thank(?:s| you) for (?:your )?(?:order|purchase|payment|shopping|booking|riding|dining))|"
        r"(?:please find|attached is|here is|enclosed)\W+(?:\w+\W+){0,4}?(?:invoice|receipt|bill)\b"
    ),
    (
        r"\b(?:gesamtbetrag|rechnungsbetrag|rechnungsnummer|zu zahlen|mwst|total ttc|montant|importe total|"
        r"totale|totaalbedrag|te betalen|jumlah)\b|"
        r"\b(?:anbei (?:\w+ ){0,3}rechnung|ci-joint (?:\w+ ){0,3}facture|adjunt[oa]|in allegato)\b"
    ),
    r"(?:visa|mastercard|amex|card) (?:ending|\u2022|\*|-)|paid with|charged to",
)
DOCUMENT_NAME = _any(
    r"(?:invoice|receipt|bill|rechnung|quittung|beleg|facture|recu|factura|fattura|factuur|fatura|resit|invois|"
    r"inv[-_ ]?\d|re[-_ ]?\d{3})[^/]*\.(?:pdf|xml|png|jpe?g)$"
)
READABLE_NAME = _any(r"\.(?:pdf|xml|png|jpe?g)$")
ASKS_PAYMENT = _any(
    (
        r"(?:please|kindly|could you|can you|would you|need you to|i need|bitte|veuillez|por favor|"
        r"sila)\W+(?:\w+\W+){0,5}?(?:pay|transfer|wire|remit|settle|überweisen|zahlen|bezahlen|payer|"
        r"virer|pagar|bayar)\b"
    ),
    r"\b(?:wire|transfer|send) (?:\w+ ){0,3}[$\u20ac\u00a3]?\d",
)
ASKS = _any(
    (
        r"(?:please|could you|can you|would you|kindly|bitte|veuillez|pourriez|könnten sie|por favor|"
        r"sila)\b|\?\s*$|let me know|get back to me|\brfq\b|appointment|meeting|deadline"
    ),
)
AMOUNT = re.compile(
    r"(?:[$\u20ac\u00a3\u00a5]|\bRM|\bUSD|\bEUR|\bGBP|\bMYR|\bCHF) ?\d|\d[.,]\d{2} ?(?:\u20ac|EUR|USD|"
    r"MYR|CHF|kr|zł)|\d+[.,]\d{2}\b"
)


def subject_and_body(mail: MailFacts, body: str) -> str:
    """All words a reader sees."""
    return f"{mail.subject}\n{body}"
