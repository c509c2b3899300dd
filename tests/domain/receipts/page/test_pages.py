"""Whole bills as text set in columns: one of each kind that people send."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipts.found import Line
from domain.receipts.page.deposits import placed
from domain.receipts.page.reader import read_page
from domain.receipts.reading import Reading

FIELDS = ("total", "net", "number", "vendor", "issued_on", "due_on")
PAGES = (
    pytest.param(
        """
                                                    Amsel Keramik GmbH
                                                    Weg 12
                                                    12345 Altdorf

Amsel Keramik GmbH, Weg 12, 12345 Altdorf
Theo Busch
Bahnstr. 42
88802 Neudorf

Rechnung RE-20201121/77
                                                    Rechnungsdatum:   21.11.2020
                                                    Lieferdatum:      10.11.2020
                                                    Kunden-Nr:        2

Pos  Bezeichnung                Menge    Preis   Summe
1    Vasen formen   1,00 h   160,00  160,00
2    Teller                 400 St   0,79    316,00
                                   Gesamt netto            476,00 EUR
                                   MwSt 7% auf 160,00       11,20 EUR
                                   MwSt 19% auf 316,00      60,04 EUR
                                   Gesamtbetrag            547,24 EUR
Zahlbar ohne Abzug bis 12.12.2020.
Amsel Keramik GmbH      Volksbank Altdorf   Geschäftsführer Max Amsel
Ust-ID: DE123456789 IBAN DE89 3704 0044 0532 0130 00  HRB 1234
""",
        (
            Decimal("547.24"),
            Decimal("476.00"),
            "RE-20201121/77",
            "Amsel Keramik GmbH",
            date(2020, 11, 21),
            date(2020, 12, 12),
        ),
        id="de-window",
    ),
    pytest.param(
        """
ATELIER LAFONT                                   FACTURE
35 rue Haute                                     N° F20220117
75018 PARIS                                      Date : 31/01/2022
SIRET 12345678900011                             Echéance : 02/03/2022
TVA FR12345678901
                                                 CAFÉ DU PONT
                                                 3 quai Nord
                                                 75018 PARIS
                                                 SIRET : 98765432100022

Désignation                   Qté   PU HT     Total HT
REPARATION CHAISE             1     60,00      60,00
                              Total HT         624,90
                              TVA 20%          46,25
                              Total TTC        671,15
                              Acompte          201,00
                              Net à payer      470,15
""",
        (
            Decimal("671.15"),
            Decimal("624.90"),
            "F20220117",
            "ATELIER LAFONT",
            date(2022, 1, 31),
            date(2022, 3, 2),
        ),
        id="fr-two-columns",
    ),
    pytest.param(
        """
INVOICE
Pinewood Trading Inc.                          Invoice Number      Invoice Date     Due Date
1200 Market Street                          INV/2023/00012      03/14/2023       04/13/2023
San Francisco, CA 94103
United States

Bill To                     Ship To
Jane Doe                    Jane Doe
Oak Corp                    Warehouse 3
12 Elm St                   99 Dock Rd
Austin, TX 73301            Austin, TX 73344

Description          Qty     Rate       Amount
Consulting           10      150.00     1,500.00
                             Subtotal   1,500.00
                             Tax (8.25%)  123.75
                             Total      $1,623.75
""",
        (
            Decimal("1623.75"),
            Decimal("1500.00"),
            "INV/2023/00012",
            "Pinewood Trading Inc.",
            date(2023, 3, 14),
            date(2023, 4, 13),
        ),
        id="us-labels-above",
    ),
    pytest.param(
        """
Fattura n. 128/2024                              del 12/03/2024
Cedente/prestatore (fornitore)             Cessionario/committente (cliente)
Identificativo fiscale ai fini IVA: IT12345678901      Identificativo fiscale ai fini IVA: IT98765432109
Denominazione: Officina Bianchi S.r.l.      Denominazione: Rossi Mario & C. S.n.c.
Indirizzo: Via Milano 3                     Indirizzo: Via Po 5
Comune: Torino Provincia: TO                Comune: Roma Provincia: RM

Descrizione               Quantità   Prezzo unitario   Prezzo totale
Riparazione               2,00       100,00            200,00
RIEPILOGHI IVA E TOTALI
aliquota IVA      Totale imponibile     Totale imposta
22,00             200,00                44,00
Totale documento                                   244,00
Data scadenza: 11/04/2024
""",
        (
            Decimal("244.00"),
            Decimal("200.00"),
            "128/2024",
            "Officina Bianchi S.r.l.",
            date(2024, 3, 12),
            date(2024, 4, 11),
        ),
        id="it-parties-side-by-side",
    ),
    pytest.param(
        """
Jansen Transport B.V.
Havenlaan 8, 5611 EF Eindhoven
KvK 12345678   BTW NL123456789B01

Aan:
Molenaar B.V.
Kerkweg 3
3011 CD Rotterdam

FACTUUR
Factuurnummer: 2024.0815
Factuurdatum: 5 maart 2024
Betalingstermijn: 30 dagen

Omschrijving           Aantal   Prijs    Totaal
Vervoer                2        100,00   200,00
Totaal excl. BTW                        200,00
BTW 21%                                  42,00
Totaal incl. BTW                      € 242,00
""",
        (
            Decimal("242.00"),
            Decimal("200.00"),
            "2024.0815",
            "Jansen Transport B.V.",
            date(2024, 3, 5),
            date(2024, 4, 4),
        ),
        id="nl-terms",
    ),
    pytest.param(
        """
                                                       Malerbetrieb Sommer
                                                       Inh. Karl Sommer
                                                       Am Markt 3
                                                       20095 Hamburg
                                                       Telefon 040 123456
                                                       post@maler-sommer.de
Herrn
Dr. Peter Lustig
Gasse 4
20099 Hamburg
                                                       Hamburg, den 3. April 2024
Rechnung Nr. 24-117

Sehr geehrter Herr Dr. Lustig,
für die Malerarbeiten berechne ich Ihnen:
Streichen der Küche                    12 Std. à 45,00 €       540,00 €
                                       zzgl. 19 % MwSt.        102,60 €
                                       Rechnungsbetrag         642,60 €
Bitte überweisen Sie den Betrag innerhalb von 14 Tagen auf mein Konto.
Sparkasse Hamburg  IBAN DE02 2005 0550 1234 5678 90
""",
        (
            Decimal("642.60"),
            Decimal("540.00"),
            "24-117",
            "Malerbetrieb Sommer",
            date(2024, 4, 3),
            date(2024, 4, 17),
        ),
        id="de-craftsman",
    ),
    pytest.param(
        """
FACTURA
Emisor                                Nº de factura: A-2024/57
Suministros Vega S.A.                 Fecha: 07/05/2024
Calle Mayor 12                        Vencimiento: 06/06/2024
28013 Madrid
CIF: A12345678

Cliente
Costa Azul S.L.
Avenida del Sol 3
08001 Barcelona

Concepto      Cantidad  Precio  Importe
Tornillos     100       1,00    100,00
Base imponible    IVA 21%     Total
100,00            21,00       121,00 €
""",
        (
            Decimal("121.00"),
            Decimal("100.00"),
            "A-2024/57",
            "Suministros Vega S.A.",
            date(2024, 5, 7),
            date(2024, 6, 6),
        ),
        id="es-sums-in-columns",
    ),
    pytest.param(
        """
Cirrus Storage Limited                        Invoice
7 Harbour Quay                      Invoice number: 4711223344
Dublin 2                                         Invoice date    31 Mar 2024
Ireland                                          Billing ID      0123-4567
VAT number: IE1234567AB

Bill to
Bergland AG
Weg 5
80331 München

Storage
Total in EUR                              €118.40
Summary for 1 Mar 2024 - 31 Mar 2024
Subtotal in EUR                           €118.40
VAT (0%)                                    €0.00
Total in EUR                              €118.40
You will be automatically charged for any amount due.
""",
        (
            Decimal("118.40"),
            Decimal("118.40"),
            "4711223344",
            "Cirrus Storage Limited",
            date(2024, 3, 31),
            None,
        ),
        id="en-service",
    ),
    pytest.param(
        """
Stadtwerke Seestadt GmbH
Postfach 1234, 55555 Seestadt
                                      Rechnungs-Nr.     Kunden-Nr.     Datum
Frau                                  VR 2023 000457    900123         15.01.2024
Erika Beispiel
Ringstraße 9                          Verbrauchsstelle: Ringstraße 9
55555 Seestadt
Jahresabrechnung Strom 01.01.2023 - 31.12.2023
Nettobetrag                       1.000,00 EUR
19% Umsatzsteuer                    190,00 EUR
Rechnungsbetrag                   1.190,00 EUR
abzüglich geleistete Abschlagszahlungen 1.100,00 EUR
Nachzahlung                          90,00 EUR
Der Betrag ist fällig am 29.01.2024
""",
        (
            Decimal("1190.00"),
            Decimal("1000.00"),
            "VR 2023 000457",
            "Stadtwerke Seestadt GmbH",
            date(2024, 1, 15),
            date(2024, 1, 29),
        ),
        id="de-utility",
    ),
    pytest.param(
        """
Rechnung
Leistungserbringer:  Dr. Weiss IT-Beratung        Rechnungs-Nr.: 2024-9
                     Ulmenweg 3                   Datum: 02.02.2024
                     70173 Stuttgart              Seite: 1 von 1
Leistungsempfänger:  Groß AG
                     Weg 1
                     10115 Berlin
Beratung Januar     10 Std      120,00     1.200,00
Summe                                      1.200,00 €
Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung gemäß § 19 UStG
Gesamt                                     1.200,00 €
""",
        (Decimal("1200.00"), None, "2024-9", "Dr. Weiss IT-Beratung", date(2024, 2, 2), None),
        id="de-small-business",
    ),
    pytest.param(
        """
Rechnung                                                       Hansen Bürobedarf
                                                               Kaistraße 4, 24103 Kiel
Groß AG                                                        www.hansen-buero.de
Einkauf
Weg 1                                   Rechnung     Kunde     Datum        Seite
10115 Berlin                            4711883      90012     05.03.24     1/1

Lieferschein 88123 vom 01.03.24
Art.Nr.   Bezeichnung          Menge   E-Preis   MwSt   Gesamt
100234    Papier A4            10      4,20      19     42,00
100777    Ordner               5       2,10      19     10,50
Warenwert   Versand   Netto    MwSt 19%   Endbetrag
52,50       4,90      57,40    10,91      68,31 EUR
Zahlung: 10 Tage 2% Skonto, 30 Tage netto
""",
        (
            Decimal("68.31"),
            Decimal("57.40"),
            "4711883",
            "Hansen Bürobedarf",
            date(2024, 3, 5),
            date(2024, 4, 4),
        ),
        id="de-heading-row",
    ),
    pytest.param(
        """
AURORA DESIGN                                             Amount due (USD)
Aurora Design Studio LLC                                  $2,450.00
88 Pine St, Portland, OR 97204
                       Billed To         Date of Issue    Invoice Number
                       Maple Foods       02/11/2024       0000123
                       4 Oak Rd
                       Salem, OR 97301   Due Date
                                         03/12/2024
Description                 Rate        Qty     Line Total
Logo                        $2,450.00   1       $2,450.00
                                        Subtotal   2,450.00
                                        Tax            0.00
                                        Total      2,450.00
                                        Amount Paid    0.00
                                        Amount Due (USD) $2,450.00
""",
        (
            Decimal("2450.00"),
            Decimal("2450.00"),
            "0000123",
            "Aurora Design Studio LLC",
            date(2024, 2, 11),
            date(2024, 3, 12),
        ),
        id="us-amount-above",
    ),
    pytest.param(
        """
Telefon GmbH & Co. OHG · Postfach 12 · 53113 Bonn

Petra Klein                                    Rechnungsnummer  70 8123 4567 89
Lindenweg 7                                    Kundenkonto      5 300 123 456
50667 Köln                                     Datum            12.01.2024

Ihre Rechnung für Januar 2024
Die Leistungen im Überblick (Summen)           Netto          Brutto (in Euro)
Monatliche Beträge                             33,57          39,95
Summe der Beträge                              33,57
Umsatzsteuer 19 %                               6,38
Rechnungsbetrag                                               39,95
Der Rechnungsbetrag wird nicht vor dem 7. Tag nach Zugang der Rechnung von Ihrem Konto abgebucht.
""",
        (
            Decimal("39.95"),
            Decimal("33.57"),
            "70 8123 4567 89",
            "Telefon GmbH & Co. OHG",
            date(2024, 1, 12),
            None,
        ),
        id="de-telephone",
    ),
    pytest.param(
        """
                              FACTURE PROFORMA ACQUITTEE
SAS LUMIERE ET BOIS                                  Facture à :
12, avenue de la Gare                                Mairie de Vaulx
38000 GRENOBLE                                       1 place de la Mairie
Tél : 04 76 00 00 00                                 69120 VAULX
R.C.S. Grenoble 123 456 789

Facture n° : FC-2024-118       Date : 12 février 2024        Échéance : 13 mars 2024

Réf      Désignation                 Qté    P.U. HT    TVA     Montant HT
A12      Panneau chêne               3      1 250,00   20 %    3 750,00
Pose     Main d'oeuvre               8      45,00      10 %    360,00
Taux TVA     Base HT      Montant TVA                Total HT      4 110,00 €
20 %         3 750,00     750,00                     Total TVA       786,00 €
10 %         360,00       36,00                      Total TTC     4 896,00 €
""",
        (
            Decimal("4896.00"),
            Decimal("4110.00"),
            "FC-2024-118",
            "SAS LUMIERE ET BOIS",
            date(2024, 2, 12),
            date(2024, 3, 13),
        ),
        id="fr-two-rates",
    ),
    pytest.param(
        """
Bäckerei Korn e.K.
Mühlgasse 2 - 97070 Würzburg

Hotel Adler GmbH
Domplatz 1
97070 Würzburg

Sammelrechnung 2024/0315                           Würzburg, 31.03.2024
Datum      Lieferschein   Netto 7%    MwSt     Brutto
01.03.24   L-1001          50,00      3,50      53,50
15.03.24   L-1044          70,00      4,90      74,90
Summe                     120,00      8,40     128,40
Zu zahlen bis 14.04.2024:                   128,40 EUR
""",
        (
            Decimal("128.40"),
            Decimal("120.00"),
            "2024/0315",
            "Bäckerei Korn e.K.",
            date(2024, 3, 31),
            date(2024, 4, 14),
        ),
        id="de-collective",
    ),
    pytest.param(
        """
MWS Handels AG
Bahnhofstrasse 10, 8001 Zürich          CHE-123.456.789 MWST
Rechnung-Nr.    20240117        Valuta 30 Tage
Datum           17.01.2024      Ihre Referenz: Hr. Keller

Rossi SA
Via Nassa 3
6900 Lugano

Artikel       Menge    Preis       Total CHF
Pumpe          2       1'250.00    2'500.00
Zwischentotal                      2'500.00
MWST 8.1%                            202.50
Rundung                                0.00
Total CHF inkl. MWST               2'702.50
""",
        (Decimal("2702.50"), Decimal("2500.00"), "20240117", "MWS Handels AG", date(2024, 1, 17), None),
        id="ch-apostrophes",
    ),
    pytest.param(
        """
De Vries Installatie                     Factuur
Postbus 12                               Nummer          F-2024-0099
1000 AA Amsterdam                        Datum           14-02-2024
info@devries-installatie.nl              Uw kenmerk      PO 8812
                                         Vervaldatum     13-03-2024
Gemeente Haarlem
T.a.v. de heer J. Bakker
Grote Markt 2
2011 RD Haarlem

Werkzaamheden CV-ketel        4 uur    € 65,00    € 260,00
Materiaal                                         € 140,00
                              Subtotaal           € 400,00
                              21% BTW              € 84,00
                              Totaal              € 484,00
""",
        (
            Decimal("484.00"),
            Decimal("400.00"),
            "F-2024-0099",
            "De Vries Installatie",
            date(2024, 2, 14),
            date(2024, 3, 13),
        ),
        id="nl-craftsman",
    ),
    pytest.param(
        """
Rechnungsadresse                               Lieferadresse
Groß AG                                        Groß AG Werk 2
Weg 1                                          Tor 4
10115 Berlin                                   10117 Berlin

                          RECHNUNG
Rechnungsnummer: 90-551          Bestellnummer: B-7781
Rechnungsdatum: 11.11.2023       Lieferdatum: 09.11.2023
Ihr Ansprechpartner: Frau Meier

1   Schreibtisch    2    250,00    500,00
Nettosumme                         500,00
Umsatzsteuer 19,00 %                95,00
Gesamtsumme                        595,00 EUR
Fälligkeit: 11.12.2023

Möbel Roth GmbH, Industriestr. 5, 40221 Düsseldorf, Amtsgericht Düsseldorf HRB 7712
Geschäftsführer: Paul Roth, USt-IdNr.: DE811111111, IBAN: DE02 3005 0110 0012 3456 78
""",
        (
            Decimal("595.00"),
            Decimal("500.00"),
            "90-551",
            "Möbel Roth GmbH",
            date(2023, 11, 11),
            date(2023, 12, 11),
        ),
        id="de-seller-in-footer",
    ),
    pytest.param(
        """
             NOTA FISCALE - FATTURA IMMEDIATA
Trattoria da Gino di Luigi Verdi
Via dei Mille 8 - 10123 TORINO
P.IVA 01234567890   C.F. VRDLGU70A01L219X

Spett.le
Alfa S.p.A.
Corso Francia 100
10143 TORINO

Fattura nr. 33 del 05/06/2024

Descrizione                     Importo
Cena aziendale                  300,00
Imponibile          300,00
IVA 10%              30,00
Totale              330,00
Pagamento: bonifico 30 gg
""",
        (
            Decimal("330.00"),
            Decimal("300.00"),
            "33",
            "Trattoria da Gino di Luigi Verdi",
            date(2024, 6, 5),
            date(2024, 7, 5),
        ),
        id="it-bonifico",
    ),
    pytest.param(
        """
                                                       FACTURA Nº  F24/0091
ELECTRICIDAD LUZ Y SOL, S.L.                           FECHA  18/04/2024
C/ Alcalá 200, 28028 Madrid
NIF: B87654321  Tel. 91 555 00 11

DATOS DEL CLIENTE
Comunidad de Propietarios
C/ Goya 15
28001 Madrid

CANTIDAD   DESCRIPCIÓN             PRECIO     TOTAL
1          Cuadro eléctrico        850,00     850,00
                                   BASE IMPONIBLE   850,00 €
                                   21% I.V.A.       178,50 €
                                   TOTAL FACTURA  1.028,50 €
Forma de pago: transferencia. Vencimiento: 18/05/2024
""",
        (
            Decimal("1028.50"),
            Decimal("850.00"),
            "F24/0091",
            "ELECTRICIDAD LUZ Y SOL, S.L.",
            date(2024, 4, 18),
            date(2024, 5, 18),
        ),
        id="es-number-first",
    ),
    pytest.param(
        """
Peak Freight Services Ltd                       TAX INVOICE
Dock Road, Hull HU9 5PF                         No: 88231
VAT Reg No GB 987 6543 21                       Tax point: 30/04/24
                                                Account: OAK01
Oak & Ash Joinery
3 Mill Lane
Leeds LS1 4AP

Carriage to Antwerp           1    640.00   640.00
Goods total                                 640.00
VAT @ 20.00%                                128.00
Invoice total GBP                           768.00
Terms: 30 days from date of invoice
Bank: Barclays  Sort code 20-00-00  A/C 12345678
""",
        (Decimal("768.00"), Decimal("640.00"), "88231", "Peak Freight Services Ltd", date(2024, 4, 30), None),
        id="en-tax-point",
    ),
    pytest.param(
        """
Nord-Süd Reisen
Reisebüro Nord-Süd OHG · Bahnhofsplatz 1 · 28195 Bremen
Firma
Groß AG
z.Hd. Frau Klein
Postfach 10 20
10115 Berlin
                                   Buchungsnummer:    4455667
                                   Rechnungsnummer:   R-2024-311
                                   Bremen, 02.05.2024
Reise vom 10.06.2024 bis 14.06.2024 nach Wien
Reisepreis gesamt                  1.480,00 EUR
Anzahlung (fällig 09.05.2024)        296,00 EUR
Restzahlung (fällig 20.05.2024)    1.184,00 EUR
""",
        (Decimal("1480.00"), None, "R-2024-311", "Reisebüro Nord-Süd OHG", date(2024, 5, 2), None),
        id="de-travel-part-paid",
    ),
    pytest.param(
        """
Page 1 of 1
INVOICE                                 Number: SI-10077
                                        Date: 2024-06-30
SELLER                                  BUYER
Company: Baltic Timber OÜ               Company: Greenfield Ltd
Reg. no: 12345678                       Reg. no: 87654321
VAT no: EE123456789                     VAT no: GB123456789
Address: Pärnu mnt 10, Tallinn          Address: 1 Field Rd, Leeds

Item            Qty    Price     VAT    Sum
Pine boards     100    4.00      0%     400.00
Total without VAT                       400.00
VAT 0%                                  0.00
TOTAL TO PAY EUR                        400.00
Payment due: 2024-07-14
""",
        (
            Decimal("400.00"),
            Decimal("400.00"),
            "SI-10077",
            "Baltic Timber OÜ",
            date(2024, 6, 30),
            date(2024, 7, 14),
        ),
        id="en-parties-as-pairs",
    ),
    pytest.param(
        """
Facture
Orange Mécanique SARL                              Réf. client : 0045
Zone Artisanale
35400 Saint-Malo                                   Garage du Centre
Tel : 02 99 00 00 00                               2 rue Haute
                                                   35000 Rennes
Numéro      Date          Code client    Échéance
FA2024118   15/05/2024    GAR01          14/06/2024
Désignation              Qté    P.U. HT    Montant HT
Courroie                 2      40,00      80,00
Report page précédente                     120,00
Total HT      200,00
TVA 20,00%     40,00
Net à payer   240,00 EUR
""",
        (
            Decimal("240.00"),
            Decimal("200.00"),
            "FA2024118",
            "Orange Mécanique SARL",
            date(2024, 5, 15),
            date(2024, 6, 14),
        ),
        id="fr-values-under-heads",
    ),
    pytest.param(
        """
AMALIA HOTEL                                        Guest: Ms Eva Stern
Amalia Hospitality B.V.                             Room: 312
Keizersgracht 1, 1015 CN Amsterdam                  Arrival: 02-03-2024
BTW NL001234567B01                                  Departure: 04-03-2024
                                                    Invoice: 771204
                                                    Invoice date: 04-03-2024
02-03-2024  Accommodation      109.00
03-03-2024  Accommodation      109.00
Total excl. VAT    200.00
VAT 9%              18.00
Total              218.00 EUR
Paid by Visa       218.00
Balance              0.00
""",
        (Decimal("218.00"), Decimal("200.00"), "771204", "Amalia Hospitality B.V.", date(2024, 3, 4), None),
        id="nl-hotel",
    ),
)


@pytest.mark.parametrize(("text", "truth"), PAGES)
def test_a_page_set_in_columns_is_read(text: str, truth: tuple[object, ...]) -> None:
    reading = read_page(placed([Line(line) for line in text.splitlines()]))
    for field, value in zip(FIELDS, truth, strict=True):
        found = getattr(reading, field)
        assert value is None or (found is not None and found.value == value), field
        assert value is None or field == "vendor" or found.confidence >= 0.6, field


def read(*rows: str) -> Reading:
    return read_page(placed([Line(row) for row in rows]))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("Subtotal  100.00", "VAT 20%  20.00", "Total  125.00"), "do not add up"),
        (("Invoice total  119.00", "Grand total  129.00"), "two totals"),
    ],
)
def test_what_contradicts_itself_is_a_doubt_in_words(rows: tuple[str, ...], words: str) -> None:
    reading = read("Oak & Ash Joinery", "Invoice 5501", "Date: 1 May 2024", *rows)
    assert reading.total is not None
    assert reading.total.confidence <= 0.5
    assert any(words in doubt for doubt in reading.doubts)


def test_a_name_over_two_lines_is_joined_only_where_one_needs_the_other() -> None:
    def vendor(*lines: str) -> str:
        found = read("From:", *lines, "7 Mill Lane", "Invoice 5501", "Total  120.00").vendor
        return found.value if found else ""

    assert vendor("Green Hill Hardware (North", "Wales) Ltd") == "Green Hill Hardware (North Wales) Ltd"
    assert vendor("Green Hill Hardware", "Limited") == "Green Hill Hardware Limited"
    assert vendor("GREEN HILL", "Green Hill Hardware Ltd") == "Green Hill Hardware Ltd"


def test_a_whole_bill_leaves_no_doubt() -> None:
    reading = read("Oak & Ash Joinery", "Invoice 5501", "Subtotal  100.00", "VAT 20%  20.00", "Total  120.00")
    assert reading.doubts == ()


TEXTS = st.text(alphabet="aÄß0123456789.,:%€$-/ \u00b0", max_size=30) | st.sampled_from(
    [
        "Total",
        "Rechnung Nr.",
        "Date:",
        "USt 19%",
        "1.234,56",
        "Seller",
        "Kunde",
        "Anzahlung",
        "03/04/2024",
        "Netto",
    ]
)
PLACES = st.floats(0, 900, allow_nan=False)


@given(st.lists(st.tuples(TEXTS, PLACES, PLACES, st.integers(0, 2)), max_size=40))
def test_no_page_breaks_the_reader(pieces: list[tuple[str, float, float, int]]) -> None:
    lines = [Line(text, x, y, x + 5 * len(text), y + 10, page) for text, x, y, page in pieces]
    reading = read_page(lines)
    assert reading.total is None or 0 <= reading.total.confidence <= 1


@pytest.mark.parametrize("line", ["A" * 400, "Net 19% 1.00 Tax 0.19 Total 1.19  ", "Rechnung Nr. 1  "])
def test_a_hostile_page_costs_seconds_at_most(line: str) -> None:
    lines = [
        Line(word, i % 50 * 30, i // 50 * 12, i % 50 * 30 + 20, i // 50 * 12 + 10)
        for i in range(8_000)
        for word in [line]
    ]
    read_page(lines)
