"""People, tills and the labels of papers: they stand where a business's name stands and are none."""

import re
from collections.abc import Sequence

from domain.receipts.business_names import has_business_word
from domain.receipts.layout import LayoutRow

_BY = (
    r"(?:YOU WERE )?(?:SERVED|SOLD|HELPED|ASSISTED|PREPARED|ISSUED|HANDLED|PRINTED) BY|"
    r"(?:ES |SIE )?(?:BEDIENTE|BEDIENT|BERIET)(?: SIE)?(?: VON)?|SERVI(?:E)? PAR|ATENDID[OA] POR|"
    r"(?:LE|TE) ATENDI[OÓ]|SERVITO DA|(?:U (?:BENT|WERD) )?(?:GEHOLPEN|BEDIEND) DOOR|DILAYANI OLEH"
)
_STAFF = (
    r"SALES ?(?:PERSON|MAN|WOMAN|REP(?:RESENTATIVE)?|ASSISTANT|STAFF|ASSOCIATE|EXECUTIVE|AGENT|CLERK)|"
    r"(?:YOUR )?(?:SERVER|HOST(?:ESS)?|WAITER|WAITRESS|ADVISER)|CASHIERS?(?: NAME)?|TELLER|ATTENDANT|OPERATOR|CLERK|"
    r"STAFF(?: NAME)?|PROMOTER|(?:IHRE? )?(?:BEDIENUNG|VERKÄUFER(?:IN)?|BERATER(?:IN)?|KELLNER(?:IN)?)|BEDIENER|"
    r"KASSIERER(?:IN)?|(?:VOTRE )?(?:CONSEILLER|VENDEUR|VENDEUSE|SERVEUR|SERVEUSE|HÔTE(?:SSE)?)|"
    r"CAISSI(?:ER|ÈRE)|CAJER[OA]|CAMARER[OA]|VENDEDOR[A]?|DEPENDIENTE|(?:LA )?CASSIER[EA]|OPERATORE|ADDETT[OA]|"
    r"CAMERIER[EA]|VENDITORE|MEDEWERK(?:ER|STER)|VERKOPER|KASSIER|JURUWANG|JURUJUAL|KASIR"
)
_SERVED_BY = re.compile(
    rf"^\W*(?:(?:{_BY})\b[.:#\s]*|(?:{_STAFF})\b\s*(?:(?:NO|NR|ID|CODE)\b)?\s*(?:[.:#]+\s*|$|(?=[A-Z]{{0,3}}\d)))(?P<who>.*)$"
)
"""Who stood at the till; some words (`Sold by`, `Vendeur`) name the seller on other papers."""
_ALSO_SELLER = re.compile(
    r"^\W*(?:SOLD BY|ISSUED BY|(?:IHRE? )?VERKÄUFER(?:IN)?|VENDEUR|VENDEUSE|VENDEDOR[A]?|VENDITORE|VERKOPER|"
    r"AGENT|HOST|OPERATOR)\b"
)
_TILL = re.compile(
    r"^\W*(?:(?:CASH )?REGISTER|TILL|POS|TERMINAL|STATION|COUNTER|LANE|CHECK ?OUT|OUTLET|TABLE|SHIFT|"
    r"TRANSACTION|TRANS?|KASSE|TERMINAL|TISCH|FILIALE|BON(?:NUMMER)?|CAISSE|TABLE|TICKET|CAJA|MESA|CASSA|TAVOLO|KASSA|TAFEL|"
    r"BETAALTERMINAL|KAUNTER|MEJA)\b[ .:#-]*(?:NO|NR|N[\u00b0\u00ba])?[ .:#-]*[A-Z]{0,3}\d[\w/-]*\W*$"
)
_PAPER = re.compile(
    r"^\W*(?:(?:DOCUMENTO COMMERCIALE|SCONTRINO|RICEVUTA|FATTURA|FACTURA|RECIBO|TICKET|TIQUET|NOTA|COMPROBANTE|"
    r"JUSTIFICANTE|REÇU|TICKET DE CAISSE|FACTURETTE|NOTE|ADDITION|BON|KASSENBON|KASSENBELEG|KASSENZETTEL|BELEG|"
    r"BEWIRTUNGSBELEG|QUITTUNG|RECHNUNG|KASSABON|BETAALBEWIJS|AANKOOPBEWIJS|REKENING|FACTUUR|KWITANTIE|"
    r"PARAGON|KVITTO|KVITTERING|KUITTI|RESIT|RECEIPT|INVOICE|BILL|VOUCHER|TICKET|SLIP|COPY|ORIGINAL|DUPLICATE|"
    r"KUNDENBELEG|HÄNDLERBELEG|MERCHANT COPY|CUSTOMER COPY|CARDHOLDER COPY|KOPIE|COPIA|COPIE|DUPLICATA)"
    r"(?: (?:FISCALE|DI|DE|DEL|DELLA|VENDITA|COMPRA|VENTA|CAISSE|CLIENT|CLIENTE|SIMPLIFICAD[AO]|COPY|ORIGINAL|NON|"
    r"PRESTAZIONE|O|CAJA|KLANT|KUNDE|FUER|FÜR|POUR|PER|THE|YOUR|OF|N[\u00b0\u00ba]|NR|NO|SIMPLIFIÉE|"
    r"PARKING|MERCHANT|HOLDER|CARD)){0,4}[ .:#-]*[\d/-]*\W*)$"
)
_SURNAME = re.compile(
    r"^(?:TAN|LIM|LEE|NG|WONG|CHAN|CHONG|CHIN|CHEN|LOW|LAU|ONG|GOH|TEO|TEOH|KOH|YAP|YEO|YONG|CHUA|CHEAH|CHEW|HO|"
    r"HENG|KHOO|KOK|LAI|LOH|LOKE|MAK|OOI|PANG|QUEK|SIM|SOO|TAY|TEE|TOH|WEE|YEE|YEOH|YIP|FOO|FONG|LIEW|LEONG|THAM)"
    r" [A-Z]{2,9} [A-Z]{2,9}$"
)
_PATRONYM = re.compile(
    r"\b(?:BIN|BINTI|BINTE|A/L|A/P|BTE)\b|^(?:MR|MRS|MS|MDM|HERR|FRAU|MME|SIG|SIGRA|SR|SRA|DHR|MEVR)\.? "
    r"(?!D\.? ?I\.? ?Y)[A-Z]+ ?[A-Z]*$"
)
_NAMES = """
    ADAM AHMAD AISHA ALAN ALBERT ALESSANDRO ALEX ALEXANDER ALEXANDRA ALI ALICE AMANDA AMIR AMY ANA ANDREA ANDREAS
    ANDREW ANGELA ANITA ANKE ANN ANNA ANNE ANNIKA ANTHONY ANTOINE ANTONIO ARJUN BARBARA BEN BENJAMIN BERND BIRGIT
    BRIAN CAMILLE CARLA CARLOS CARMEN CAROL CAROLINE CATHERINE CHARLES CHIARA CHLOE CHRISTIAN CHRISTINE CHRISTOPHER
    CLAIRE CLAUDIA DANIEL DANIELA DAVID DEBORAH DENNIS DIANA DIEGO DOMINIK DONNA DOROTHY EDWARD ELENA ELISA
    ELIZABETH EMILY EMMA ERIC ERIK ESTHER EVA FABIAN FATIMA FELIX FERNANDO FLORIAN FRANCESCA FRANCESCO FRANK
    FREDERIC GABRIELE GEORGE GIULIA GIUSEPPE GRACE GREGORY GUIDO HANNAH HANS HASSAN HEATHER HEIKE HELEN HENRIK HENRY
    IAN INGRID ISABEL ISABELLE IVAN JACK JACOB JACQUES JAMES JAN JANE JANET JASON JAVIER JEAN JENNIFER JENNY JENS
    JESSICA JOANNA JOHAN JOHANNES JOHN JONAS JONATHAN JORGE JOSE JOSEPH JOSHUA JUAN JULIA JULIE JULIEN JURGEN KAREN
    KARIM KARIN KATE KATHARINA KATHRYN KATJA KELLY KENNETH KEVIN KLAUS KUMAR LARS LAURA LAURENT LEILA LENA LINDA
    LISA LORENZO LOUISE LUCA LUCIA LUIS LUKAS MANUEL MARCEL MARCO MARGARET MARIA MARIE MARIO MARK MARKUS MARTA
    MARTIN MARY MATTEO MATTHEW MATTHIAS MEHMET MELISSA MICHAEL MICHEL MICHELLE MIGUEL MOHAMED MOHAMMAD MOHD MONICA
    MONIKA MUHAMMAD NADIA NANCY NATALIE NATHALIE NICOLA NICOLE NINA NORA NUR NURUL OLIVER OLIVIA PABLO PAOLA PAOLO
    PATRICIA PATRICK PAUL PAULA PEDRO PETER PETRA PHILIP PHILIPP PIERRE PRIYA RACHEL RAFAEL RAJ RALF REBECCA RICARDO
    RICHARD ROBERT ROBERTO ROSA RUTH RYAN SABINE SAMANTHA SAMUEL SANDRA SARA SARAH SCOTT SEAN SEBASTIAN SHARON
    SILVIA SIMON SIMONE SITI SOFIA SOFIE SOPHIE STEFAN STEFANIE STEPHANIE STEPHEN STEVEN SUSAN SUSANNE SVEN TANJA
    TERESA THERESA THOMAS TIMOTHY TOBIAS TOM UTE UWE VALENTINA VALERIE VANESSA VERONIKA VICTOR VICTORIA VINCENT
    WALTER WENDY WERNER WILLEM WILLIAM WOLFGANG XAVIER YASMIN YUSUF YVONNE ZOE
"""
_FIRST_NAMES = frozenset(_NAMES.split())
_MOST_NAMES = 4


def is_person(text: str) -> bool:
    """A person's name, as a sticker or a salesperson's line has it."""
    upper = re.sub(r"[^\w /'.-]", "", text.upper()).strip()
    if _SURNAME.search(upper) or _PATRONYM.search(upper):
        return True
    words = upper.split()
    if has_business_word(upper) or not 1 < len(words) <= _MOST_NAMES:
        return False
    is_written_so = all(re.fullmatch(r"[^\W\d_][\w.-]*", word) for word in words)
    return is_written_so and words[0].split("-")[0] in _FIRST_NAMES


def is_till_or_paper(text: str) -> bool:
    """A till, a table, or what the paper itself is called: `Kasse 3`, `TICKET DE CAISSE`, `Documento commerciale`."""
    upper = text.upper().strip()
    return bool(_TILL.search(upper) or _PAPER.search(upper))


def who_served(text: str) -> str | None:
    """What stands behind `Served by`, `Cashier`, `Es bediente Sie`: empty where the name is on the next row."""
    served = _SERVED_BY.search(text.upper())
    return text[served.start("who") :].strip() if served else None


def may_name_seller(text: str) -> bool:
    """Whether the label says either who sells or who stood at the till (`Sold by`, `Vendeur`)."""
    return bool(_ALSO_SELLER.search(text.upper()))


def is_code(text: str) -> bool:
    """A till's or a clerk's code: `BL1187`, `#04`, `CN`."""
    bare = re.sub(r"\W", "", text)
    return bool(bare) and bool(re.fullmatch(r"[A-Za-z]{0,4}\d+[A-Za-z]{0,2}|[A-Za-z]{1,2}", bare))


def staff_rows(rows: Sequence[LayoutRow]) -> frozenset[int]:
    """Row numbers that tell of people at the till: a label's row, and the next one where the name stands there."""
    found: set[int] = set()
    for index, row in enumerate(rows):
        who = who_served(row.text)
        if who is None or (may_name_seller(row.text) and not (is_code(who) or is_person(who))):
            continue
        found.add(row.number)
        following = rows[index + 1] if index + 1 < len(rows) else None
        if following and (not who or is_code(who)) and not has_business_word(following.text):
            found.add(following.number)
    return frozenset(found)
