"""Words about a request, in six languages: what greets, closes, refuses, asks back, or begins another request."""

import re

from domain.planning.said_values import NO_WORDS

NO_NAME = re.compile(
    r"(?:i|we|ich|wir|je|yo|io|ik|wij|me|us|you|him|her|it|them|this|that|these|those|mich|uns|dich|ihn|sie|es|moi|nous|lui|mi|ci|ti|te|nos|mij"
    r"|ons|les|eux|leur|ihnen|loro|li|hen|hun|lo"
    r"|my|our|the|all|every|not|who|nobody|no one|(?:any|every|some)(?:body|one)|wer|niemand|jemand|alle|qui|personne"
    r"|quién|nadie|alguien|chi|nessuno|qualcuno|niemand|iemand|iedereen)",
    re.IGNORECASE,
)
"""Words that are nobody's name: *remind me to pay* is no reminder to a customer."""
NEW_ENTRY = re.compile(r"\s*\n\s*(?=\n|[-*\u2022] |[^\n:]{1,30}:)")
"""Where a line of a form or a list begins: `VAT number: ...`."""
HEAD_ENDS = re.compile(r":\s+|\n")
SHORT_NOT = 3
"""Signs of the *n't* at the end of a verb."""
SHORTENED = re.compile(
    r"\b(zzgl|abzgl|inkl|exkl|incl|excl|n[or](?=\.\s*\d)|(?-i:M|Mme|Mr|Mrs|Ms|Dr|Prof|Hr|Fr|Sr|Sra|Srta|Sig|Dott|St|Nr|No)(?=\.\s+"
    r"[A-Z\u00c0-\u00de\d]))\.",
    re.IGNORECASE,
)
"""Words whose mark ends no sentence."""
WHAT_IS = re.compile(r"\b(what|how|who|where)['\u2019]s\b", re.IGNORECASE)
"""A question's *is*, written short."""
HOW_MUCH = re.compile(r"\b(wie)(viel)\b", re.IGNORECASE)
ANOTHER = re.compile(
    r"(?:,?[ \t]+(?:and|und|et|y|e|en|then|dann|puis|luego|poi|dan|as well as|sowie)(?:[ \t]+(?:also|then|please"
    r"|auch|dann|bitte|aussi|ensuite"
    r"|también|luego|anche|poi|ook|dan))*|,(?:[ \t]+(?:then|dann|puis|luego|poi|dan))?)[ \t]+(?=\w)",
    re.IGNORECASE,
)
"""Between two requests in one sentence."""
NOT = re.compile(
    rf"\b(?:{NO_WORDS}|stop|cancel|storniere?n?|annulez?|cancele?|annulla(?:re)?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
REMIND = re.compile(
    r"\b(?:do not|don['\u2019]t) (?:forget|worry)|\bno (?:rush|hurry|prisa|problem)|\bnicht (?:zu )?vergessen"
    r"|\bvergiss nicht|\bn['\u2019]oublie[rz]? pas|\bno (?:te )?olvides?|\bnon dimenticar\w*|\bniet (?:te )?vergeten"
    r"|\bvergeet niet|\b(?:has|have)(?:n['\u2019]t| not) (?:yet )?paid"
    r"|\bnicht (?:be|ge)?zahlt\w*|\bn['\u2019](?:a|ont) pas (?:encore )?payé|\bno (?:ha|han) pagado"
    r"|\bnon (?:ha|hanno) (?:ancora )?pagato|\bniet (?:hebben |heeft )?betaald",
    re.IGNORECASE,
)
"""Words of `NOT` that forbid nothing."""
WAS_IT = re.compile(
    r"^\W*(?:did|have|has|was|were|is|are|why|when|hast|haben|hat|wurden?|ist|sind|warum|wann|as-tu|avez-vous"
    r"|pourquoi|ha|por qué|cuándo|hai|avete|perché|quando|heb|heeft|waarom|wanneer)\b.*\?",
    re.IGNORECASE,
)
COURTESY = re.compile(
    r"\b(?:thanks?|thank you|regards|hello|hi|dear|danke|gr(?:u|ü)(?:ß|ss)e?n?|hallo|merci|bonjour"
    r"|cordialement|gracias|hola|saludos?|grazie|ciao|saluti|bedankt|groet(?:en|jes)?)\b",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"^[ \t]*(?:(?:best|kind|warm|many)?[ \t]*regards|best wishes|sincerely|yours|cheers|mfg|lg|(?:(?:mit )?("
    r"?:freundlichen?|besten?|viele|liebe|herzliche)[ \t]+)?"
    r"gr(?:u|ü)(?:ß|ss)en?|(?:bien )?cordialement|bien à (?:vous|toi)|(?:un )?(?:cordial )?saludos?("
    r"?: cordial(?:es)?)?|(?:cordiali |distinti )?saluti"
    r"|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?)\b[^\n\d]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
POSTSCRIPT = re.compile(
    r"\bp\.? ?s\b\.?|^\s*(?:and|also|but|und|auch|aber|et|aussi|y|también|e|anche|en|ook)\b",
    re.IGNORECASE | re.MULTILINE,
)
SMALL_IN_NAMES = re.compile(
    r"[^a-z\u00df-\u00ff]|(?:of|in|im|am|de|du|del|della|di|da|van|von|der|den|und|and|et|y|e|en|la|le)$"
)
NO_PURCHASE = re.compile(
    r"(?:sub-?)?totals?|sum|amount|balance|invoices?|bills?|credits?|refunds?|deposits?|payments?|paid|pays?|received|got"
    r"|income|sales?|sold|revenue|turnover|prices?|quotes?|offers?|estimate|discount|tax(?:es)?|vat|due|owed?|owes|owing"
    r"|limit|budget|version|page|chapter|room|meeting|call|appointment|dentist|doctor|send|transfer|order|buy|sell|remind"
    r"|charge|ask|tell|check|raise|lower|set|change|increase|they|he|she"
    r"|summe|gesamt\w*|betrag|saldo|rechnung|gutschrift|rabatt|steuer|mwst|ust|einnahmen?|umsatz|preis|angebot"
    r"|anzahlung|zahlung|bezahlt|erhalten|termin|seite|kaufen?|bestellen?|zahlen?|überweisen?|verkaufe?n?"
    r"|montant|somme|solde|facture|avoir|remise|tva|recettes?|prix|devis|acompte|paiement|payé|reçu|rendez-vous|acheter"
    r"|payer|commander|importe|suma|factura|abono|descuento|iva|ingresos?|precio|presupuesto|pago|pagado|recibido|cita"
    r"|comprar|pagar|pedir|importo|somma|fattura|sconto|ricavi|prezzo|preventivo|pagamento|pagato|ricevuto|appuntamento"
    r"|comprare|pagare|bedrag|som|factuur|rekening|korting|btw|omzet|prijs|offerte|betaling|betaald|ontvangen|afspraak"
    r"|kopen|betalen",
    re.IGNORECASE,
)
"""Words beside which a sum is not what a thing cost when it was bought."""
