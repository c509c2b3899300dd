"""What a page's layout means, one kind each: where names stand, which dates and sums are the bill's."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.receipts.business_names import LEGAL_FORM
from domain.receipts.found import Line
from domain.receipts.page.deposits import placed
from domain.receipts.page.parties import is_supported
from domain.receipts.page.reader import read_page
from domain.receipts.reading import read_receipt

BILL_TO = """
Invoice number  INV-0219                       Bill to
Date            31 March 2026                  Birch & Loom Studio
                                               12 Mill Lane
                                               Portland, OR 97201

Team plan                                   1     45.00      45.00
Subtotal                                                     45.00
Sales tax                                                     4.00
Total                                                       $49.00
"""
NAMES = {
    "brand-and-company": (
        (
            "Cloudline\nReceipt\n\nCloudline Software, Inc.\n548 Market Street\nSan Francisco, California 94104\n"
            f"billing@cloudline.example\n{BILL_TO}"
        ),
        "Cloudline Software, Inc.",
    ),
    "name-in-the-small-print": (
        (
            f"{BILL_TO}\n\n\n\n\n\nInes Falk Photography · 9 Weavers Yard, "
            "Halifax · hello@inesfalk.example · Account 12345678"
        ),
        "Ines Falk Photography",
    ),
    "name-in-a-sentence": (
        (
            f"{BILL_TO}\n\n\n\n\n\nPennine Voice & Data Limited. Registered office: Wharf House, "
            "Huddersfield HD1 6PQ. "
            "Registered in England no. 07718820."
        ),
        "Pennine Voice & Data Limited",
    ),
    "name-before-its-capital": (
        (
            f"{BILL_TO}\n\n\n\n\n\nOcélia Télécom SA au capital de 2 604 000 € \u2013 RCS Paris 552 081 317 \u2013 "
            "75015 Paris"
        ),
        "Océlia Télécom SA",
    ),
    "brand-of-a-company": (
        (
            "                                    SARL BRASSERIE DU PORT\n"
            "                                    4 QUAI BAS\n"
            "                                    71000 MACON\n\nFacture F-2201 du 4 novembre 2026\n"
            "Total TTC   330,58 €\n\n\n\n"
            "Lumelec est une marque de Compagnie du Val SA, TVA FR 73 388104417, 71100 Chalon-sur-Saône"
        ),
        "Compagnie du Val SA",
    ),
    "operated-by": (
        (f"{BILL_TO}\n\n\n\n\n\nThe Mill Arms is operated by Wye Inns Limited, 3 Castle St, Ludlow SY8 1AS."),
        "Wye Inns Limited",
    ),
    "who-is-called-by-name-is-the-customer": (
        (
            "Sra. Lourdes Etxe\nEtxe Consultores, S.L.\nGran Vía 60\n48011 Bilbao\nNIF B48441820\n\n"
            "FACTURA 2026/01177   Fecha 08/11/2026\nBase imponible 10 %  301,36\nIVA 10 %   30,14\n"
            "TOTAL EUR   331,50\n\n"
            "Gracias por su visita\n\n\n\n\n          Hotel Rural Cal Bo\n"
            "Turisme Cal Bo, SCP · NIF J65441827 · Camí de la Font 3, 08470 Sant Celoni · 938 55 01 72"
        ),
        "Turisme Cal Bo, SCP",
    ),
    "title-before-it": (
        "Firma\nEilbote Krämer\ne.U.\nInh. Jo Krämer\nAmselweg 3\n6020 Innsbruck\nUID ATU66112233\n\nRechnung 7",
        "Eilbote Krämer e.U.",
    ),
    "runs-on-with-a-small-word": (
        f"COLORIFICIO ADRIATICO\ndi Neri Anna & C. S.n.c.\nVia Po 3 - 60121 Ancona\nP.IVA 01184471182\n{BILL_TO}",
        "COLORIFICIO ADRIATICO di Neri Anna & C. S.n.c.",
    ),
    "a-trade-before-it": (
        f"Schilderbedrijf\nJonker en Zoon\nDorpsstraat 14\n6711 AB Ede\nBTW NL118447188B01\n{BILL_TO}",
        "Schilderbedrijf Jonker en Zoon",
    ),
    "ornaments": (
        f"★ ★ Taxi Merkur ★ ★\nPlein 4, 3511 AB Utrecht\nTel 030 555 01 22\n{BILL_TO}",
        "Taxi Merkur",
    ),
    "a-logo's-letters-before-it": (
        (
            f"V&K Kantoor Vos & Kuyper NV\nMarkt 7, 9000 Gent\nRPR Gent BE 0471.188.287\n{BILL_TO}\n"
            "Begunstigde: Kantoor Vos & Kuyper NV\nIBAN BE10 7340 1188 2004"
        ),
        "Kantoor Vos & Kuyper NV",
    ),
    "a-brand-inside-the-company": (
        f"sole mio\n{BILL_TO}\n\n\n\n\nIdrica Sole Mio S.p.A. - Sede legale Via Po 12, 10123 Torino - P.IVA 01184471",
        "Idrica Sole Mio S.p.A.",
    ),
    "a-street-is-no-name": (
        (
            "ASESORÍA PRADO\n\n                      TALLERES VEGA, S.L.\n                      A/A: Compras\n"
            "                      C/ Mayor 1\n                      28013 MADRID\n"
            "\nMinuta núm. 7\nTotal  121,00\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
            "Asesoría Prado Asociados S.L.P.     N.I.F. B96112233\nC/ Luna, 60, pta. 9 - 46004 Valencia"
        ),
        "Asesoría Prado Asociados S.L.P.",
    ),
    "a-customer-beside-the-letterhead": (
        (
            "Dunmore & Shaw\nSurveyors\n3 Castle Street, York YO1 9RT   Tel 01904 555 011\n\n"
            "                                        Northgate Tools Ltd\n"
            "                                        14 Dock Road\n"
            "                                        Hull HU1 2AB\n\nInvoice no. 4471\nTotal   119.00"
        ),
        "Dunmore & Shaw",
    ),
    "a-customer-under-the-bills-numbers": (
        (
            "Fibra Sur, S.A.U.                      Nº de factura:  FS26-0044\n"
            "Gran Vía 1, 48001 Bilbao               Fecha de emisión:  17 de junio de 2026\n"
            "CIF A48118820                          Periodo: 17/05/2026 a 16/06/2026\n"
            "                                       Talleres Vega, S.L.\n"
            "                                       C/ Mayor 12\n"
            "                                       28013 Madrid\n"
            "Total a pagar   77,68"
        ),
        "Fibra Sur, S.A.U.",
    ),
    "telecom-is-no-telephone": (
        (
            "TELECOM SUR\nTelecom Sur, S.A.U.                  Nº de factura:  TS26-0044\n"
            "Gran Vía 1, 48001 Bilbao\nCIF A48118820\n\n"
            "                                       Talleres Vega, S.L.\n"
            "                                       C/ Mayor 12\n"
            "                                       28013 Madrid\n"
            "Cuotas mensuales   60,00\nTotal a pagar   77,68"
        ),
        "Telecom Sur, S.A.U.",
    ),
    "landlord": (
        (
            "Recibo de alquiler n.º 11/26                 Fecha 01/11/2026\n\nArrendador:\nInmuebles Arga 9, C.B.\n"
            "Calle Mayor 9\n28005 Madrid\n\nArrendatario:\nLibrería Sol, S.L.\nCalle Luna 2\n28004 Madrid\n\n"
            "Total   850,00 €"
        ),
        "Inmuebles Arga 9, C.B.",
    ),
    "three-lines": (
        (
            "Gartenbau\nLindner & Söhne\nGmbH & Co. KG\nFeldweg 77\n29223 Celle\nTel. 05141 7788\n\n\n\n"
            "Hotel Seeblick KG\nSeestr. 2\n83209 Prien\n\nRechnung Nr. 4711-26\nDatum: 19.05.2026\n"
            "Endbetrag EUR   612,36\n"
        ),
        "Gartenbau Lindner & Söhne GmbH & Co. KG",
    ),
    "from-and-to-are-towns": (
        (
            "AERONORD\nElectronic ticket receipt\nDate of issue   06 Jan 2026\n"
            "Issued by       AERONORD AB, Stockholm\n\n"
            "Flight      From          To            Class\nAN 1421     Leeds         Gothenburg    Economy\n"
            "AN 1426     Gothenburg    Leeds         Economy\n\nTotal amount   GBP 182.84\n"
        ),
        "AERONORD AB",
    ),
    "the-slip's-to-is-the-payee": (
        (
            "Tax Invoice\n                              Invoice Number   INV-3307\n"
            "Loomhouse Pty Ltd                                          Greenlight Electrical\n"
            "4 Smith St                                                 PO Box 71\n"
            "Collingwood VIC 3066                                       Brunswick VIC 3056\n\n"
            "Subtotal         417.00\nTOTAL GST 10%     41.70\nTOTAL AUD        458.70\n"
            "Account name: Greenlight Electrical BSB 063-000 Acc 1234 5678\n\nPAYMENT ADVICE\n"
            "To: Greenlight Electrical            Customer    Loomhouse Pty Ltd\n"
            "PO Box 71                            Amount Due  458.70\n"
        ),
        "Greenlight Electrical",
    ),
    "from-and-to-beside-each-other": (
        (
            "FACTUUR\n\nVan: Dakdekker Maes bv                  Aan: Drukkerij Van Loon B.V.\n"
            "     Stationsstraat 8                        Kade 12\n"
            "     2800 Mechelen                           3011 AB Rotterdam\n\n"
            "Factuur nr: 2026-31\nHerstelling   165,00\nVerplaatsing   40,00\nTotaal   205,00"
        ),
        "Dakdekker Maes bv",
    ),
    "service-provider": (
        (
            f"Nimbus Web Services Invoice\n{BILL_TO}\n\n\nService Provider: Nimbus Web Services, Inc., "
            "410 Terry Ave N, Seattle, WA 98109"
        ),
        "Nimbus Web Services, Inc.",
    ),
    "behind-a-sentence": (
        (
            f"{BILL_TO}\n\n\n\n\n\nLes montants sont exprimés en euros. SAS Bastion Malouin \u2013 "
            "SIRET 844 712 088 00022 \u2013 TVA FR 31 844712088"
        ),
        "SAS Bastion Malouin",
    ),
    "a-customer-with-its-tax-number": (
        (
            "DAKWERKEN LUC SMEYERS\nLeopoldlaan 44, 3900 Pelt · 011 55 50 18 · BE0644 712 088\n\n\n\n\n\n\n\n"
            "                                            Bouwbedrijf Kempenland nv\n"
            "                                            Industrieweg 12\n"
            "                                            2400 Mol\n"
            "                                            BTW BE 0444.712.007\n\n\n"
            "Pelt, 19/06/2026\nFACTUUR nr. 25/73\nTe betalen in euro   5.090,50\n"
        ),
        "DAKWERKEN LUC SMEYERS",
    ),
    "the-maker's-name-holds-no-thanks": (
        f"Energía Serrana\nEnergía Serrana Comercializadora, S.A.U.\nCIF A28012359\n{BILL_TO}",
        "Energía Serrana Comercializadora, S.A.U.",
    ),
    "trading-as": (
        f"{BILL_TO}\n\n\n\n\nGareth Pell\ntrading as Sparkbridge Electrical\nABN 99 123 456 012 · 14 Dry Creek Rd",
        "Sparkbridge Electrical",
    ),
    "checks-payable-to": (
        (
            f"LORNA WHITE-REYES\nOperations | 1509 Juniper Ct, Port Ansel, WA 98999 | (360) 555-0148\n\n{BILL_TO}"
            "Terms: Net 30. Make checks payable to Lorna White-Reyes, or ACH."
        ),
        "Lorna White-Reyes",
    ),
    "payee-on-the-next-line": (
        (
            "Praktijk Zeewind Maatschap\nKade 5b\n4399 VB Oostkapelle\n\nContributienota   C2026-064\n"
            "Totaal (vrijgesteld van btw)   € 325,00\n"
            "De contributie kan worden voldaan op NL95 INGB 0001 2345 67 ten name van\n"
            "Ondernemersvereniging Havenkant, Oostkapelle."
        ),
        "Ondernemersvereniging Havenkant",
    ),
    "whose-account-is-debited-is-the-customer": (
        (
            "Waterbedrijf Zuiderkant N.V.\nKade 9\n4381 AB Vlissingen\nKvK 99117044\n\nFactuur 2026-118\n"
            "Totaal   € 60,50\nWij incasseren dit bedrag van NL95 INGB 0001 2345 67 t.n.v. Bakkerij Molenaar B.V."
        ),
        "Waterbedrijf Zuiderkant N.V.",
    ),
    "the-customer-is-flush-right": (
        (
            "Ana Zarate Leal\nRedactora de contenidos\nNIF 99041172-K\nPaseo de los Tilos, 5\n48999 Arrigo\n\n"
            "                                                        Destinatario\n"
            "                                         Quesos Valdeviejo, S. Coop.\n"
            "                                                       31999 Urdelar\n\n"
            "Factura nº 2026-31\nTotal factura   1.694,00 €"
        ),
        "Ana Zarate Leal",
    ),
    "the-operator": (
        (
            f"Hôtel du Phare\n\n{BILL_TO}\n\n\nExploitant : SAS Belrive Hôtellerie, capital 15 000 €, "
            "RCS Brest 799 412 300 \u2013 TVA FR 55 799412300"
        ),
        "SAS Belrive Hôtellerie",
    ),
    "inc-is-a-column": (
        (
            "Labour          Ex GST     GST    Inc GST\nCable           760.00   76.00     836.00\n"
            "Totals        $760.00  $76.00    $836.00\n\n\n\n"
            "Keel Electrical\n14 Dry Creek Rd\nBanks NSW 2999\nABN 99 123"
        ),
        "Keel Electrical",
    ),
    "both-parties-under-headings-in-the-middle": (
        (
            "            Cedente/prestatore (fornitore)                        Cessionario/committente (cliente)\n"
            "Identificativo fiscale ai fini IVA: IT02918840360      Identificativo fiscale ai fini IVA: IT01177220391\n"
            "Denominazione: PIETRALTA SERVIZI S.R.L.                Denominazione: Vivai Sarti di Sarti Elsa & C. snc\n"
            "Indirizzo: Via dei Tessitori 15                        Indirizzo: Via Faentina 203\n\n"
            "Numero documento   F/77   Data 04/03/2026\nTotale documento  100,00"
        ),
        "PIETRALTA SERVIZI S.R.L.",
    ),
    "sold-by-among-the-goods": (
        (
            "Final details for your order\nMarketplace - keep this page for your records\n\n"
            "Items Ordered                         Price\n1 of: Cork desk mat                   $39.00\n"
            "Condition: New. Sold by: Larkfield Goods (seller profile)\n\nTotal   $39.00"
        ),
        "Larkfield Goods",
    ),
    "sold-by-de": (
        (
            "kaufbude.example                            Rechnung\n\nRechnungsadresse        Verkauf von\n"
            "Planungsbüro Sievers    Lampenkontor Freese UG\nWeg 12                  Hof 4\n"
            "12345 Altdorf           28203 Bremen\n\n"
            "Leuchte   49,00 €\nGesamtbetrag   49,00 €"
        ),
        "Lampenkontor Freese UG",
    ),
    "web-address-and-company": (
        (
            "rayoexpress.example\n\nFactura   R25-MAD-04\nCliente: Joyería Sol, S.L.\nTotal   49,00 €\n\n\n\n\n"
            "Rayo Express Mensajería, S.A.U. \u2013 Avda. de Andalucía km 10, 28021 Madrid \u2013 NIF A-28447120"
        ),
        "Rayo Express Mensajería, S.A.U.",
    ),
    "a-form-in-luxembourg": (
        (
            "Verbena Moselle S.à r.l.                              44, route d'Esch\n"
            "Traduction \u00b7 Interprétation                          L-1471 Luxembourg\n\nFacture 7\nTotal  49,00 €"
        ),
        "Verbena Moselle S.à r.l.",
    ),
    "rows-of-labels-in-two-columns": (
        (
            "Comprobante Fiscal Digital por Internet\n"
            "RFC emisor:       FBO110824K71               Folio fiscal:    6E2B41A7\n"
            "Nombre emisor:    FERRETERA DEL RIO          No. de serie:    0000100\n"
            "Serie y folio:    A 20417                    Código postal:   37270\n"
            "RFC receptor:     CMA980312QX5               Efecto:          I Ingreso\n"
            "Nombre receptor:  CONSTRUCTORA LUZ           Régimen fiscal:  601 General\n\n"
            "Cemento gris 50 kg     2,580.00\nTotal     $ 2,580.00"
        ),
        "FERRETERA DEL RIO",
    ),
    "sold-and-shipped-by": (
        (
            "huisplaza.\nFactuur\nBestelnummer     Klant\nC004H1RX7P       Studio Kruid\n\nFactuurnummer 9004417702\n"
            "Weegschaal      € 34,99\nTotaal incl. btw   € 34,99\n\n"
            "Verkocht en verzonden door Huis Plaza B.V. \u2013 Transistorstraat 19, 1322 CK Almere"
        ),
        "Huis Plaza B.V.",
    ),
    "service-provider-in-the-small-print": (
        (
            "stratus9                         Invoice Number:     2148830917\n"
            "Bill to Address:                 Invoice Date:       April 2, 2026\nMeridian Games Inc\n77 Canal St\n"
            "Providence, RI 02903\n\nTotal for this invoice   $341.16\n\n"
            "* Sales tax of 7% Rhode Island. Service Provider: Stratus Web Services LLC, 12 Terry Ave, Seattle."
        ),
        "Stratus Web Services LLC",
    ),
    "signed-for": (
        (
            "TAX INVOICE\n\nBill to                     Invoice No.    Terms of payment\n"
            "Kesari Foods Limited        VA/25-26/0318  30 Days\nPune 411057\n\nTaxable value   2,50,000.00\n"
            "Total   2,95,000.00\n\nCompany's PAN: AAECV2210M         for Ravindra Analytics Private Limited\n"
            "\n                                  Authorised Signatory"
        ),
        "Ravindra Analytics Private Limited",
    ),
    "issuer-s-data-in-rows": (
        (
            "La Bujía\nDatos del emisor\nNombre        REFACCIONES DEL BAJIO\nRFC           RLB0906118X2\n"
            "Datos del receptor\nNombre        TRANSPORTES ARRIETA\nRFC           TLA150822HN0\n\n"
            "Serie y folio  A-9914\nTotal  11,940.17"
        ),
        "REFACCIONES DEL BAJIO",
    ),
    "from-and-to-as-labels": (
        (
            "factura\nNúmero       2025-A-32\n"
            "De           Iker Zubia Ormaetxea, NIF 72551903K, Calle Urbieta 44, 20006 Donostia\n"
            "Para         Editorial Costa S.L., CIF B31882014, Avenida Carlos III 7, 31002 Pamplona\n\nTotal  848,00 €"
        ),
        "Iker Zubia Ormaetxea",
    ),
    "a-column-of-providers": (
        (
            "HOLLOW ORTHOPAEDICS, P.C.                STATEMENT NO      CH-0071944\n"
            "3100 QUARRY HILL DR STE 20               PATIENT ACCT      55-20913\nSPRINGFIELD MO 65804\n\n"
            "DATE        PROVIDER       CODE     DESCRIPTION      CHARGES\n"
            "02/11/26    DR OYELARAN    99213    OFFICE VISIT     158.00\n"
            "02/11/26    DR OYELARAN    73562    X-RAY            112.00\nTOTAL CHARGES   270.00"
        ),
        "HOLLOW ORTHOPAEDICS, P.C.",
    ),
    "only-whose-account-it-is": (
        (
            "Invoice\nfor Hopscotch Merchants\n27 Levee Street\nNew Orleans, LA 70116\n\nno. 24-061\n"
            "Illustration, 3 SKUs   $1,950.00\nTotal   $1,950.00\n\n"
            "Wire to: account holder Marisol Tenn, First Credit Union, routing 265088120"
        ),
        "Marisol Tenn",
    ),
    "payable-to-the-firm": (
        (
            "FENWICK LLP\nAttorneys at Law - 14 Court Square, Providence, Rhode Island 02903\n\nOrrin Bay\n"
            "77 Wickenden Wharf\nProvidence, RI 02906\n\nStatement No. 118204\nTotal due   $ 500.00\n"
            "Please make checks payable to the firm and note our file number."
        ),
        "FENWICK LLP",
    ),
    "a-customer-in-two-languages": (
        (
            "FACTURE / INVOICE\n\nÀ / To:\nMoselle Advisory S.à r.l.\n9, rue du Fort\nL-1111 Luxembourg\n"
            "TVA/VAT LU 11223344\n\nTotal HTVA / Total excl. VAT   400,00\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"
            "Lies Maes Coaching SComm · Steenweg 4, 1000 Brussel · BE 0711.222.333"
        ),
        "Lies Maes Coaching SComm",
    ),
    "a-numbered-company": (
        f"9011-2233 Québec inc.\n77, rang Nord\nSaint-Agapit (Québec) G0S 1Z0\n{BILL_TO}",
        "9011-2233 Québec inc.",
    ),
    "a-first-line-that-cannot-end-a-name": (
        (
            "Muy Noble Cofradía de\nPescadores del Sur\nC/ Muelle 2, 11001 Cádiz\n\n"
            "                          D. JUAN PEÑA RÍOS\n                          C/ Sol 4\n"
            "                          11002 CÁDIZ\n\nRecibo 12   Total   40,00"
        ),
        "Muy Noble Cofradía de Pescadores del Sur",
    ),
    "a-line-that-begins-with-di": (
        f"Ceramiche Lunardi\ndi Lunardi Pia\nVia Arno 3\n50100 Firenze\nP.IVA 02244710399\n{BILL_TO}",
        "Ceramiche Lunardi di Lunardi Pia",
    ),
    "a-surname-that-holds-an-account": (
        f"PINTURAS IBÁÑEZ\nC/ Mayor 8, 44001 Teruel\nNIF 18822773K\n{BILL_TO}",
        "PINTURAS IBÁÑEZ",
    ),
    "made-by-in-a-sentence": (
        f"tablette\n{BILL_TO}\n\n\n\n\n\nTablette est éditée par Ardoise Logiciels SAS, 5 rue du Lac, 69003 Lyon",
        "Ardoise Logiciels SAS",
    ),
    "a-product-of": (
        f"contolino\n{BILL_TO}\n\n\n\n\n\ncontolino\nun prodotto Nembo Software S.r.l.\nP.IVA 02244710399",
        "Nembo Software S.r.l.",
    ),
    "a-county-is-no-company": (
        f"DELANEY AGRI HIRE\nBaling - Slurry\nMacroom, Co. Cork\nVAT IE1188227T\n{BILL_TO}",
        "DELANEY AGRI HIRE",
    ),
    "its-title-in-the-letterhead": (
        (
            "Advocatenkantoor Peeters\nMr. An Peeters & Mr. Bart Claes\nDijlestraat 8, 3000 Leuven\n\n\n"
            "Bouwgroep Demer NV\nDiestsesteenweg 9\n3010 Kessel-Lo\n\nErelonen   800,00\nTotaal   968,00"
        ),
        "Advocatenkantoor Peeters",
    ),
    "copyright": (
        f"PRKG\nParking receipt\n{BILL_TO}\n\n\n\n\n\n© 2026 Greyhaven Parking Services Limited. All rights reserved.",
        "Greyhaven Parking Services Limited",
    ),
    "cheques-and-transfers": (
        (
            "HIGH WATER FREIGHT 21 PTE. LTD.\n9 Quay Road, Singapore 068901\n\n"
            f"{BILL_TO}\n\nBank transfer to High Water Freight 21 Pte. Ltd., account 100200\n"
            'CHEQUES TO BE CROSSED AND MADE PAYABLE TO "HIGH WATER FREIGHT 21 PTE. LTD."'
        ),
        "HIGH WATER FREIGHT 21 PTE. LTD.",
    ),
    "initials-are-no-logo": (
        (
            "A. B. FAIRLEY (TIMBER) LTD\nMill Road, Leeds LS1 4AP\n"
            f"{BILL_TO}\n\nA. B. Fairley (Timber) Ltd. Registered in England 00112233. Registered office as above."
        ),
        "A. B. Fairley (Timber) Ltd",
    ),
    "trade-before-the-brand": (
        (
            f"Hotel Mirasole\nLungomare 9, 30100 Venezia\n{BILL_TO}\n\n\n\n\n"
            "Mirasole Turismo di Bassi & C. S.n.c. - P.IVA 01234567897"
        ),
        "Mirasole Turismo di Bassi & C. S.n.c.",
    ),
    "labels-beside-in-small-letters": (
        (
            "fattura\n"
            "da       Linda Servizi S.r.l.s., Via Roma 9, 17100 Savona, P.IVA 01234567897\n"
            "per      Molo Nuovo S.r.l., Rag. Dino Testa, Molo 5, 17100 Savona, P.IVA 09876543217\n"
            "numero   31/26\ndata     28 febbraio 2026\nTotale   122,00 EUR\n"
        ),
        "Linda Servizi S.r.l.s.",
    ),
    "telecom-in-the-footer": (
        f"flussnetz\n{BILL_TO}\n\n\n\n\nFlussnetz Telekommunikation GmbH & Co. KG    HRA 7714",
        "Flussnetz Telekommunikation GmbH & Co. KG",
    ),
    "cooperative": (
        f"Carta Viva\n{BILL_TO}\n\n\n\n\nCarta Viva Società Cooperativa - Albo Coop. A117720 - R.E.A. IM 117204",
        "Carta Viva Società Cooperativa",
    ),
}


def read(text: str) -> Any:
    return read_page(placed([Line(line) for line in text.splitlines()]))


def test_a_name_in_large_letters_over_three_lines() -> None:
    head = [
        Line(word, 60, 60 + 26 * n, 60 + 12 * len(word), 84 + 26 * n)
        for n, word in enumerate(("Inés", "Robledo", "Paz"))
    ]
    body = "NIF 44112233N\nC/ Luna 8\n41004 Sevilla\n\nFactura 2026-012\nTotal  121,00"
    rest = [
        Line(one.text, 60 + one.x0, 160 + one.y0, 60 + one.x1, 160 + one.y1)
        for one in placed([Line(row) for row in body.split("\n")])
    ]
    assert read_page([*head, *rest]).vendor.value == "Inés Robledo Paz"


@pytest.mark.parametrize(("text", "name"), NAMES.values(), ids=NAMES)
def test_the_issuers_name(text: str, name: str) -> None:
    found = read(text).vendor
    assert found is not None
    assert found.value == name


HEAD = "Acme Paper GmbH\nWeg 12\n12345 Altdorf\nTel. 0123 4567\n\nRechnung Nr. R-77\nDatum: 04.03.2026\n"
DATES = {
    "early-discount": (
        (
            f"{HEAD}Summe 119,00 EUR\nZahlbar innerhalb von 14 Tagen ohne Abzug, "
            "bei Zahlung bis 11.03.2026 gewähren wir 2 % Skonto"
        ),
        date(2026, 3, 18),
    ),
    "two-terms": (
        f"{HEAD}Zahlbar innerhalb 10 Tagen mit 2 % Skonto oder innerhalb 30 Tagen netto.",
        date(2026, 4, 3),
    ),
    "until": (
        f"{HEAD}Zahlungsbedingungen: bis 14.03.2026 abzüglich 3 % Skonto, bis 30.03.2026 ohne Abzug.",
        date(2026, 3, 30),
    ),
    "debit-de": (f"{HEAD}Die Nachzahlung ziehen wir am 30.03.2026 von Ihrem Konto ein.", date(2026, 3, 30)),
    "debit-fr": (f"{HEAD}Il sera prélevé à partir du 26/03/2026", date(2026, 3, 26)),
    "debit-es": (f"{HEAD}Fecha de cargo: 15 de mayo de 2026", date(2026, 5, 15)),
    "debit-en": (f"{HEAD}We'll take this by Direct Debit on or just\nafter 17 March 2026", date(2026, 3, 17)),
    "due-behind-the-date": (f"{HEAD}Der Betrag ist am 14.05.2026 fällig.", date(2026, 5, 14)),
    "debit-zum": (
        f"{HEAD}Der Rechnungsbetrag wird zum 19.03.2026 per SEPA-Lastschrift von Ihrem Konto eingezogen.",
        date(2026, 3, 19),
    ),
    "under-its-heading": (f"{HEAD}Scadenze\n05/04/2026: € 2.196,00 \u2013 da saldare", date(2026, 4, 5)),
    "not-the-last-day-to-cancel": (
        (
            f"{HEAD}Het bedrag wordt op 28-03-2026 automatisch afgeschreven.\n"
            "Opzeggen kan met een maand opzegtermijn, uiterlijk voor 1 april 2026."
        ),
        date(2026, 3, 28),
    ),
    "first-of-a-month": (f"{HEAD}Date d'exigibilité : 1er avril 2026", date(2026, 4, 1)),
    "days-from-the-invoice": (f"{HEAD}Terms: strictly 30 days from date of invoice.", date(2026, 4, 3)),
    "under-the-terms": (f"{HEAD}Delivery note   Terms of Payment\nDC-2291         30 Days", date(2026, 4, 3)),
    "within-days": (
        f"{HEAD}Gelieve binnen 14 dagen te betalen op NL25 INGB 0001 2345 67.",
        date(2026, 3, 18),
    ),
    "days-in-words": (f"{HEAD}Je vous remercie de votre règlement sous trente jours.", date(2026, 4, 3)),
    "at-the-earliest": (
        f"{HEAD}Der Betrag wird frühestens am 16.03.2026 von Ihrem Konto abgebucht.",
        date(2026, 3, 16),
    ),
    "days-after-the-invoice": (
        f"{HEAD}Automatische incasso 8 dagen na factuurdatum (12-03-2026).",
        date(2026, 3, 12),
    ),
    "at-the-latest": (
        f"{HEAD}Bitte überweisen Sie so, dass er spätestens am 20.03.2026 auf unserem Konto eingeht.",
        date(2026, 3, 20),
    ),
    "days-from-the-date-it": (f"{HEAD}Bonifico 30 gg data fattura (03/04/2026)", date(2026, 4, 3)),
    "shortened": (f"{HEAD}VENCTO...: 31-03-2026", date(2026, 3, 31)),
    "weeks-in-words": (
        f"{HEAD}Der Betrag ist innerhalb von zwei Wochen auf das Konto zu überweisen.",
        date(2026, 3, 18),
    ),
    "days-in-words-and-digits": (
        f"{HEAD}Payment is due within thirty (30) days of the date of this statement.",
        date(2026, 4, 3),
    ),
    "please-pay": (f"{HEAD}Please pay within 7 days.", date(2026, 3, 11)),
    "limit-es": (f"{HEAD}Fecha límite de pago: 15/03/2026", date(2026, 3, 15)),
    "debit-order-za": (f"{HEAD}Debit order date  14/03/2026", date(2026, 3, 14)),
    "transferred-by": (
        f"{HEAD}Bitte überweisen Sie den Beitrag zum 20.03.2026 unter Angabe der Nummer.",
        date(2026, 3, 20),
    ),
    "among-many-days": (
        f"{HEAD}Émise le 04/03/2026 | Prestation réalisée du 14/02/2026 au 28/02/2026 | Échéance : 11/04/2026",
        date(2026, 4, 11),
    ),
    "over-two-lines": (
        f"{HEAD}Nous vous prions de payer avant le 2\navril 2026 au plus tard.",
        date(2026, 4, 2),
    ),
    "in-words-fr": (f"{HEAD}Merci de verser cette somme dans les dix jours.", date(2026, 3, 14)),
    "a-fortnight-fr": (f"{HEAD}Règlement sous quinzaine.", date(2026, 3, 19)),
    "to-the-month's-end": (f"{HEAD}Bonifico 30 gg d.f.f.m.", date(2026, 4, 30)),
    "to-the-month's-end-en": (f"{HEAD}Payment terms 30 days EOM", date(2026, 4, 30)),
    "credit-es": (f"{HEAD}Crédito: 15 días a partir de la fecha de factura", date(2026, 3, 19)),
    "term-nl": (f"{HEAD}Betaaltermijn\n21 dagen", date(2026, 3, 25)),
    "to-be-paid-nl": (f"{HEAD}Te voldoen binnen de 10 dagen na rekeningdatum", date(2026, 3, 14)),
    "debit-nl": (
        f"{HEAD}Het bedrag wordt rond 20 maart 2026 van uw rekening afgeschreven.",
        date(2026, 3, 20),
    ),
    "charged-es": (f"{HEAD}Se cobrará el 20 de marzo de 2026", date(2026, 3, 20)),
    "falls-due-it": (f"{HEAD}Scade il 20/03/2026", date(2026, 3, 20)),
    "terms-beside-a-discount": (
        f"{HEAD}Condiciones: crédito 30 días                     Descuento    12,00",
        date(2026, 4, 3),
    ),
    "label-under-its-day": (
        f"{HEAD}\n\n\n\nK-0447        2 april 2026        HX-9\nFactuur       Vervalt op          Klant",
        date(2026, 4, 2),
    ),
    "charged": (f"{HEAD}Se cargará en tu tarjeta el 10 de marzo de 2026", date(2026, 3, 10)),
}


@pytest.mark.parametrize(("text", "due"), DATES.values(), ids=DATES)
def test_the_day_it_is_due(text: str, due: date) -> None:
    reading = read(text)
    assert reading.due_on is not None
    assert reading.due_on.value == due
    assert reading.issued_on.value == date(2026, 3, 4)


@pytest.mark.parametrize(
    "line",
    [
        "Netbeheer  92 dagen x 1,08",
        "Reclami entro 8 giorni",
        "Klachten binnen 8 dagen na levering",
        "Angebot 30 Tage",
    ],
)
def test_days_that_are_no_terms(line: str) -> None:
    assert read(f"{HEAD}{line}").due_on is None


def test_the_day_of_a_quotation_is_not_the_bills() -> None:
    reading = read(
        "Acme Builders Ltd            Invoice INV-0212\n                             9 June 2025\n\n"
        "Work as per our quotation Q-0187 dated 3 March 2025.\nTotal  £49.00"
    )
    assert reading.issued_on.value == date(2025, 6, 9)


def test_the_day_of_payment_before_the_days_of_a_period() -> None:
    reading = read(
        "Acme Paper Ltd\nReceipt 77\nDate paid   February 3, 2026\nTeam plan\nFeb 3 - Mar 3, 2026\nTotal  $49.00"
    )
    assert reading.issued_on.value == date(2026, 2, 3)


SUMS = {
    "two-taxes": (
        (
            "CGST @ 9%   9,000.00\nSGST @ 9%   9,000.00\nTotal   1,18,000.00\nTaxable Value   CGST   SGST\n"
            "1,00,000.00   9,000.00   9,000.00"
        ),
        {"net": "100000.00", "total": "118000.00"},
    ),
    "nets-by-rate": (
        (
            "Netto 7 %     252,00\nMwSt. 7 %      17,64\nNetto 19 %    288,00\nMwSt. 19 %     54,72\n"
            "Endbetrag EUR  612,36"
        ),
        {"net": "540.00", "total": "612.36"},
    ),
    "net-beside-two-taxes": (
        "BASE   CUOTA IVA   CUOTA R.E.\n3.246,27   454,41   90,28\nTOTAL FACTURA (EUR)   3.790,96",
        {"net": "3246.27", "total": "3790.96"},
    ),
    "tax-is-the-smaller": (
        (
            "Invoice total  £57.58\nVAT rate   Item subtotal (excl. VAT)   VAT subtotal\n"
            "20%   £47.98   £9.60\nTotal   £47.98   £9.60"
        ),
        {"net": "47.98", "total": "57.58"},
    ),
    "share-of": (
        "Base imponible  71,41 €\nIVA 21% s/ 71,41 €   15,00 €\nTOTAL FACTURA   86,41 €",
        {"net": "71.41", "tax": "15.00"},
    ),
    "rounded": (
        "Zwischentotal  CHF 1430.00\nMWST 8.1%  CHF 115.83\nRundung  CHF 0.02\nRechnungstotal  CHF 1545.85",
        {"net": "1430.00", "total": "1545.85"},
    ),
    "instalments-paid": (
        (
            "Nettobetrag  1.586,40 €\nUmsatzsteuer 19 %  301,42 €\nRechnungsbetrag (brutto)  1.887,82 €\n"
            "Bereits geleistete Abschläge  - 1.650,00 €\nNachzahlung  237,82 €"
        ),
        {"total": "1887.82", "already_paid": "1650.00"},
    ),
    "old-balance": (
        (
            "Last account   $254.10\nPaid   -$200.00\nOverdue, please pay now   $54.10\n"
            "This account   $318.42\nTotal amount due   $372.52"
        ),
        {"total": "318.42"},
    ),
    "thousands-apart-from-a-point": (
        "Sub-total   R   5 706.00\nVAT @ 15%   R   855.90\nTOTAL DUE   R   6 561.90",
        {"net": "5706.00", "total": "6561.90"},
    ),
    "includes-tax": (
        "Saw blade  1,320.00\nTOTAL AUD $1,782.00\nTotal includes GST of $162.00",
        {"total": "1782.00"},
    ),
    "headings-set-otherwise": (
        (
            "        Base imponible         % IVA        Cuota IVA            TOTAL FACTURA\n"
            "                      1.785,00        21,00            374,85             2.159,85 €"
        ),
        {"net": "1785.00", "total": "2159.85"},
    ),
    "no-tax": (
        "Totale da pagare (EUR)   860,00\nOperazione senza applicazione dell'IVA e della ritenuta d'acconto",
        {"net": "860.00", "total": "860.00"},
    ),
    "thousands-by-a-prime": (
        "Honorar exkl. MWST   3\u2032335.00\n8.1 % MWST   270.15\nTotal inkl. MWST (gerundet)   3\u2032605.15",
        {"net": "3335.00", "total": "3605.15"},
    ),
    "excl-and-incl-alone": (
        "Excl   R 18 420.00\nVAT @ 15%   R 2 763.00\nIncl   R 21 183.00",
        {"net": "18420.00", "total": "21183.00"},
    ),
    "a-sum-before-tax-called-total": (
        "Impuesto electricidad   5,93 €\nImporte total   122,39 €\nIVA 21%   25,70 €\nTOTAL IMPORTE FACTURA   148,09 €",
        {"net": "122.39", "total": "148.09"},
    ),
    "total-this-invoice": (
        "Fuel   17.14\nTOTAL THIS INVOICE   $184.72\nGround detail\nTransportation   36.45\nTotal Charge   $73.65",
        {"total": "184.72"},
    ),
    "levy": (
        "Annual premium  640.00\nGovernment levy 5%  32.00\nVAT  Exempt\nTotal amount payable  672.00",
        {"net": "640.00", "total": "672.00"},
    ),
    "quebec": (
        "Sous-total  2 300,00 $\nTPS 5 %  115,00 $\nTVQ 9,975 %  229,43 $\nTotal (CAD)  2 644,43 $",
        {"net": "2300.00", "total": "2644.43"},
    ),
    "invoice-value": (
        "Taxable Amount  8,438.50\nCGST 9%  759.47\nSGST 9%  759.47\nRound off  -0.44\nInvoice Value  9,957.00",
        {"net": "8438.50", "total": "9957.00"},
    ),
    "rand": (
        "Travel  R288.00\nTOTAL (no VAT charged)   R8,088.00\npay to Capitec / branch 470010",
        {"total": "8088.00"},
    ),
    "no-word-of-tax": ("Fees   2,718.50\nDisbursements   48.75\nTOTAL   $ 2,767.25", {"net": "2767.25"}),
    "tva-comprise": (
        "Total hors TVA  421,20\nTVA 21 %  88,45\nTotal TVA comprise  509,65",
        {"total": "509.65"},
    ),
    "a-tax-of-another-name": (
        "Subtotaal   € 684,00\nAssurantiebelasting 21%   € 143,64\nTotaal te voldoen   € 827,64",
        {"net": "684.00", "tax": "143.64", "total": "827.64"},
    ),
    "what-bears-no-tax-has-no-net": (
        "Honoraires   1 000,00\nTVA 20 %   200,00\nDébours   55,00\nNet à payer   1 255,00",
        {"net": "1000.00", "tax": "200.00", "total": "1255.00"},
    ),
    "withheld-from-a-total-that-is-printed": (
        (
            "Compensi   500,00\nImponibile   500,00\nIVA 22%   110,00\nTotale parcella   610,00\n"
            "Ritenuta 20%   -100,00\nNetto a pagare   510,00"
        ),
        {"net": "500.00", "total": "610.00"},
    ),
    "withheld-and-untaxed": (
        (
            "Honorarios   1.000,00\nSuplidos   50,00\nIVA 21%   210,00\nIRPF 15%   -150,00\n"
            "Total a percibir   1.110,00"
        ),
        {"net": "1000.00"},
    ),
    "called-behind-the-amount": (
        "Gesamt   238,00 EUR\nenthält 38,00 EUR MwSt. (19 %)",
        {"net": "200.00", "tax": "38.00", "total": "238.00"},
    ),
    "values-over-their-labels": (
        "Haulage   451.00\n\n451.00     90.20     541.20\nNet        VAT       Total\n",
        {"net": "451.00", "total": "541.20"},
    ),
    "outlays-are-untaxed": (
        (
            "Totaal belast   1.000,00\nOmzetbelasting 21%   210,00\nLeges (onbelast)   50,00\n"
            "Totaal declaratie   1.260,00"
        ),
        {"net": "1000.00", "total": "1260.00"},
    ),
    "what-bears-no-tax-is-in-the-total": (
        (
            "Total note   CHF 328.20\nPayé   CHF -328.20\nSolde   CHF 0.00\n"
            "TVA       Hors TVA   Montant TVA   TTC\nA 8,1 %     200.00   16.20   216.20\n"
            "C exonéré                     112.00"
        ),
        {"net": "200.00", "total": "328.20"},
    ),
    "at-the-right-of-its-box": (
        (
            "Totale merce       Totale imponibile      Totale imposta\n"
            "900,00             800,00                 176,00\n"
            "Pagamento                              TOTALE DOCUMENTO\n"
            "Rimessa                                EUR               976,00"
        ),
        {"net": "800.00", "total": "976.00"},
    ),
    "a-quantity-before-the-total": (
        (
            "Output CGST @ 9%   90.00\nOutput SGST @ 9%   90.00\nRound Off   0.40\nTotal   27,500 nos   1,180.40\n"
            "Taxable Value   Total Tax Amount\n1,000.00   180.00"
        ),
        {"net": "1000.00", "total": "1180.40"},
    ),
    "premium-without-taxes": (
        "Premie zonder taksen  640,00\nTaksen 9,25%  59,20\nTotaal te betalen  699,20",
        {"net": "640.00", "tax": "59.20", "total": "699.20"},
    ),
    "htva": (
        "Total HTVA  1 368,50\nTVA  0,00\nTotal à payer  1 368,50",
        {"net": "1368.50", "total": "1368.50"},
    ),
    "a-tourist-tax-is-no-tax-on-the-bill": (
        (
            "Imposta di soggiorno (esclusa art. 15)   5,00\nTOTALE DOCUMENTO   325,00\n"
            "Riepilogo IVA   Imponibile   Imposta\n10%   290,91   29,09\nEscluso art. 15   5,00   0,00\n"
            "Totale   295,91   29,09"
        ),
        {"net": "295.91", "total": "325.00"},
    ),
}


@pytest.mark.parametrize(("text", "sums"), SUMS.values(), ids=SUMS)
def test_the_sums(text: str, sums: dict[str, str]) -> None:
    reading = read(f"{HEAD}\n{text}")
    assert {name: getattr(reading, name).value for name in sums} == {
        name: Decimal(value) for name, value in sums.items()
    }


@pytest.mark.parametrize(
    ("line", "currency"),
    [
        ("Hotelera Sierra, S.A. RM Granada T 118 F 44, España", "EUR"),
        ("GST No. 118-440-972  NZBN 9429047110098", "NZD"),
        ("Lighthouse Guarding (Pty) Ltd", "ZAR"),
        ("RFC PJT140822R51, Posada Sol de Tlaquepaque S. de R.L. de C.V.", "MXN"),
        ("GST no. 88-417-203, please pay into 15-3944-0417720-00", "NZD"),
        ("CHE-221.884.019 MWST, Hauptstrasse 4, Acme Treuhand GmbH", "CHF"),
        ("Travel   R1,288.00", "ZAR"),
        ("Galway H91 X0T4, Ireland", "EUR"),
    ],
)
def test_the_currency_of_its_country(line: str, currency: str) -> None:
    sums = "Total   $507.38" if currency in {"MXN", "NZD"} else "Total   507.38"
    found = read(f"Acme Paper Limited\n{line}\n\nInvoice no. 77\nDate: 31 July 2025\n{sums}").currency
    assert found is not None
    assert found.value == currency


def test_a_tax_that_is_withheld_is_asked_about() -> None:
    text = "Base imponible  800,00 €\nIVA (21%)  168,00 €\nIRPF (-15%)  -120,00 €\nTOTAL A PAGAR  848,00 €"
    reading = read(f"{HEAD}\n{text}")
    assert (reading.net.value, reading.tax.value, reading.total.value) == (800, 168, 848)
    assert any("120.00 of 968.00 is tax withheld, 848.00 is left to pay" in doubt for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Base imponible  1.000,00|IVA 21%  210,00|Retención IRPF 15%  -150,00|Total a pagar  1.060,00",
         "150.00 of 1210.00 is tax withheld, 1060.00"),
        ("Imponibile 1.000,00|IVA 22% 220,00|Totale fattura 1.220,00|Ritenuta 20% -200,00|Netto a pagare  1.020,00",
         "200.00 of 1220.00 is tax withheld, 1020.00"),
        ("Total HT 1 000,00|TVA 20% 200,00|Total TTC 1 200,00|Retenue à la source 10% -100,00|A payer 1 100,00",
         "100.00 of 1200.00 is tax withheld, 1100.00"),
        ("Total  1,000.00|Tax withheld  -100.00|Amount due  900.00", "100.00 of 1000.00 is tax withheld, 900.00"),
        ("Total  1,000.00|Tax withheld  -100.00", "100.00 of it is tax withheld"),
    ],
)  # fmt: skip
def test_withheld_tax_is_shown_with_what_is_left_to_pay(rows: str, words: str) -> None:
    lines = [Line(row) for row in ("Studio Nord", "Fattura 7", "19/11/2026", *rows.split("|"))]
    for reading in (read_page(placed(lines)), read_receipt(lines)):
        [doubt] = [one for one in reading.doubts if "withheld" in one]
        assert doubt.startswith(words)


NUMBERS = {
    "letters-apart": ("F A C T U R A      F E C H A\n2026/07-A          04-03-2026", "2026/07-A"),
    "two-languages": ("FACTUUR / FACTURE\nNr. / N°   VF26/00311", "VF26/00311"),
    "label-over-two-lines": ("Rechnungs-   2026-0388\nNr.", "2026-0388"),
    "label-beside": ("Invoice   RFC-W30-551902", "RFC-W30-551902"),
    "in-parts": ("Bill number\nQ023 7P", "Q023 7P"),
    "of-what": ("FACTURA DE ALQUILER N.º A-04/2026", "A-04/2026"),
    "what-kind": ("Facture d'acompte n° 2026-12", "2026-12"),
    "two-papers-in-one": ("Folio / VAT invoice no   F-66120", "F-66120"),
    "its-own-prefix": ("Rechnung   RE 2026-30871", "RE 2026-30871"),
    "year-and-groups": ("Rechnung Nr. VR 2025 / 118 402", "VR 2025 / 118 402"),
    "like-a-day": ("Facture n° 2026-04-02", "2026-04-02"),
    "heading-alone": ("INVOICE\nBS26-0388", "BS26-0388"),
    "heading-with-a-row-between": (
        "An            Rechnung     Datum        Kunde\nDachdeckerei\n              AR26/4417    30.06.2026   20771",
        "AR26/4417",
    ),
    "columns-a-space-apart": (
        "PRO NUMBER    INVOICE NO INVOICE DATE  TERMS\n448-210937-6  FB7730185  07/08/2026    NET 15 DAYS",
        "FB7730185",
    ),
    "number-and-date": ("Rechnungsnummer / Rechnungsdatum\n4711 / 03.02.2026", "4711"),
    "in-groups-with-a-slash": ("RECHNUNG Nr. 26 / 031", "26 / 031"),
    "in-groups-with-a-letter": ("Facture n° 26A 0447120 881K", "26A 0447120 881K"),
    "hash-and-colon": ("TAX INVOICE\n# : SLC/25-26/0318", "SLC/25-26/0318"),
    "fees": ("MINUTA DE HONORARIOS 14/2026", "14/2026"),
    "with-a-remark": ("Rechnungsnummer (bei Zahlung angeben): 4711-1", "4711-1"),
    "hash-alone": ("INVOICE\n# INV-000042", "INV-000042"),
    "reference": ("Customer reference 77-B\nInvoice reference 88123-A", "88123-A"),
    "shortened-de": ("Rg.-Nr. 42719", "42719"),
    "shortened-es": ("Fra. nº 118/26", "118/26"),
    "shortened-it": ("Fatt. n. 12/26", "12/26"),
    "shortened-nl": ("Notanummer 20260118", "20260118"),
    "polish": ("Faktura VAT nr FV/04/2026/18", "FV/04/2026/18"),
    "about": ("Betreft: factuur 2026-118", "2026-118"),
    "dots-that-lead": ("FACTURA..: 25/003316", "25/003316"),
    "lawyers-nl": ("Declaratie 2026.1104", "2026.1104"),
    "what-it-is-for": ("Verhuurfactuur VH-3071", "VH-3071"),
    "one-digit-under-its-heading": ("Cliente         Fattura\nBar Sport       n. 7", "7"),
    "three-words-before": ("Guest folio / Tax invoice   61882", "61882"),
    "number-in-brackets": ("Hierbij mijn factuur (nummer F25-19) voor het schrijven", "F25-19"),
    "statement": ("STATEMENT NO          CH-0071944", "CH-0071944"),
    "series-and-folio": ("Serie y folio   A-9914", "A-9914"),
    "two-papers-without-number": ("Folio / VAT invoice        F-40917", "F-40917"),
    "inv-and-digits": ("INV 03392", "03392"),
    "value-over-its-label": (
        "QX-26-0417   2 april 2026   K-9\nFactuur      Datum          Klant",
        "QX-26-0417",
    ),
    "at-the-right-of-its-box": (
        "            INVOICE NO.\n                                     6630\n            DATE",
        "6630",
    ),
    "n-alone": ("Quietanza\nn. 2026/0418", "2026/0418"),
    "with-a-point": ("Factura simplificada\nN.º 2.418", "2.418"),
    "bill-be": ("Rekening nr. 2026/31", "2026/31"),
    "with-tax-es": ("Nota de venta con IVA QC-0419", "QC-0419"),
    "receipt-be": ("Kwijtingnummer   PX 5571829", "PX 5571829"),
    "of-what-sort": ("Fattura differita 88/B", "88/B"),
    "begins-with-n": ("FATTURA      EMESSA IL\nNK-26-771    01/07/2026", "NK-26-771"),
    "month-and-year": ("Nº 9/2025\nFACTURA DE ALQUILER", "9/2025"),
}
NO_NUMBERS = (
    "Invoice total 500,00",
    "Rechnung für 03/2026",
    "Rechnung Mai 2026",
    "Rechnung\nHRB 12345\nUSt-IdNr. DE812345671",
    "Rechnung zu Auftrag 4711",
    "Invoice period 03/2026",
    "INVOICE   Page 1 of 2",
    "Zählernummer 4711",
    "Invoice page no. 12",
    "Receipt terminal ID 4711",
    "Invoice branch no. 4711",
    "Facture du mois de mars 2026",
)


@pytest.mark.parametrize(("text", "number"), NUMBERS.values(), ids=NUMBERS)
def test_the_number(text: str, number: str) -> None:
    found = read(f"Acme Paper GmbH\nWeg 12\n12345 Altdorf\n\n{text}\n\nTotal  EUR 119.00").number
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert read(f"Acme Paper GmbH\nWeg 12\n12345 Altdorf\n\n{text}\n\nTotal  EUR 119.00").number is None


@pytest.mark.parametrize("line", ["CO. " * 30 + "X", "AND CO. & " * 30 + "X", "Acme, " + "CO. " * 30 + "X"])
def test_words_of_legal_forms_without_end_are_read_at_once(line: str) -> None:
    """A pattern that tries them in every combination would not come back."""
    read(f"Acme\nPaper\n{line}\n{line}\n{HEAD}")


def test_a_name_that_stands_once_without_form_or_label_is_not_sure() -> None:
    once = read(f"Fernblick\n9 Weavers Yard, Halifax HX1 2AB\n{BILL_TO}").vendor
    assert once is not None
    assert (once.value, once.confidence < 0.8) == ("Fernblick", True)
    twice = read(
        f"Fernblick\n9 Weavers Yard, Halifax HX1 2AB\n{BILL_TO}\n\n\nPlease pay Fernblick within 14 days"
    ).vendor
    assert twice is not None
    assert twice.value == "Fernblick"


@pytest.mark.parametrize(
    "line",
    [
        "Please pay within 14 days quoting the number. Seeland Bank Ltd \u00b7 IFSC SEEL0007347, Account 4711",
        "Seebank AG, IBAN CH12 0118 8227 7311 8822 7",
        "Pienso adulto 15 kg      10      31,20",
    ],
)
def test_a_bank_or_a_quantity_is_no_vendor(line: str) -> None:
    found = read(f"Fernblick\n9 Weavers Yard, Halifax HX1 2AB\n{BILL_TO}\n" + "\n" * 25 + f"{line}").vendor
    assert found is not None
    assert found.value == "Fernblick"


@pytest.mark.parametrize(
    "name",
    [
        "Acme S.C.C.L.",
        "Acme, Coop. V.",
        "Acme Limitada",
        "Acme y Cía. Ltda.",
        "Acme C.V.",
        "Acme SA de CV",
        "Acme Betriebsgesellschaft mbH",
        "Acme Unlimited Company",
        "Acme Ges.m.b.H.",
        "Acme SCRL",
        "Acme SpA",
        "GAEC Acme",
        "Acme Ltée",
        "Acme elektro a.s.",
        "Acme Zrt.",
        "Acme d.o.o.",
        "Acme Energia S/A",
        "Acme spol. s r.o.",
        "Acme A.Ş.",
    ],
)
def test_legal_forms_of_many_countries(name: str) -> None:
    assert LEGAL_FORM.search(name.upper())


@pytest.mark.parametrize(
    ("signs", "is_sure"),
    [
        ("form block", False),
        ("form over-address", False),
        ("form window buyer-labelled", True),
        ("form block near-mail", True),
        ("form over-address imprint", True),
        ("form top", True),
        ("top", False),
        ("labelled", True),
    ],
)
def test_a_company_over_an_address_may_be_the_customer_as_well_unless_the_page_says_more(
    signs: str, *, is_sure: bool
) -> None:
    assert is_supported(dict.fromkeys(["alone", "unsaid", *signs.split()], 1.0)) is is_sure


@pytest.mark.parametrize("text", ["500 kg", "Pienso 15 kg", "Day Spa", "Hotel & Spa"])
def test_what_is_no_legal_form(text: str) -> None:
    assert not LEGAL_FORM.search(text.upper())


def test_a_salesperson_is_no_vendor() -> None:
    found = read(
        "Havenblad Media nv\nKaai 4\n9000 Gent\nBTW BE0404.177.204\n\nVerkoper\nLotte Wens\n\nTotaal EUR 121,00"
    ).vendor
    assert found is not None
    assert found.value == "Havenblad Media nv"


@pytest.mark.parametrize(
    "line",
    [
        "Please make payment to our account with Northern Trust Limited, sort code 10-20-30",
        "Please transfer to our account with Northern Trust Limited, sort code 10-20-30",
        "Bitte Überweisung an unser Konto bei der Volksbank Ried eG",
        "Payment to be made within 30 days",
        "Virement à notre banque Crédit Rural S.A.",
        "Any payments to Harbor Works Ltd will be credited",
    ],
)
def test_where_money_is_paid_to_is_no_vendor(line: str) -> None:
    head = "Fernwood Joinery Ltd\n9 Weavers Yard, Halifax HX1 2AB\nVAT GB 402 1177 93"
    found = read(f"{head}\n{BILL_TO}\n" + "\n" * 25 + f"{line}").vendor
    assert found is not None
    assert found.value == "Fernwood Joinery Ltd"


def test_two_parties_whose_lines_stand_at_different_heights() -> None:
    left = [("Da:", 0), ("Ceramiche Lunardi", 13), ("Via Arno 3", 26), ("50100 Firenze", 39)]
    right = [("A:", 7), ("Trattoria Ombra", 20), ("Via Po 4", 33), ("10100 Torino", 46)]
    words = [
        Line(word[0], x + 6 * word.start(), 40.0 + y, x + 6 * word.end() - 1, 51.0 + y, 0)
        for x, column in ((60.0, left), (300.0, right))
        for text, y in column
        for word in re.finditer(r"\S+", text)
    ]
    found = read_page(
        [*words, Line("Totale", 60, 200, 96, 211, 0), Line("450,00", 300, 200, 336, 211, 0)]
    ).vendor
    assert found is not None
    assert found.value == "Ceramiche Lunardi"


@pytest.mark.parametrize(
    ("line", "currency"),
    [
        ("RUT 76.881.227-K \u00b7 +56 25 044 8813 \u00b7 acme.cl", "CLP"),
        ("CUIT 30-71234567-8 \u00b7 +54 11 4321 8765", "ARS"),
        ("NIT 900.123.456-7 \u00b7 +57 601 743 2211", "COP"),
    ],
)
def test_the_peso_of_a_bill_with_a_dollar_sign_is_its_country_s(line: str, currency: str) -> None:
    found = read(
        f"Acme Ltda.\n{line}\n\nFactura 2026-012\nNeto $100.000\nIVA 19 % $19.000\nTotal $119.000"
    ).currency
    assert found.value == currency


def test_a_dollar_sign_on_a_spanish_bill_means_no_sure_euro() -> None:
    found = read(
        "Acme S.L.\nCIF B12345678\n\nFactura 2026-012\nBase $100,00\nIVA $21,00\nTotal $121,00"
    ).currency
    assert found.confidence < 0.8


@pytest.mark.parametrize(
    ("line", "sums", "currency"),
    [
        ("Casablanca - Maroc \u00b7 Facture \u00b7 TVA", "Total 119,00", "MAD"),
        ("Bizerte, Tunisie \u00b7 Facture", "Total 119,00 TND", "TND"),
        ("Phone 021 555 0142 · Auckland 1061 · GST No: 010 222 333", "Total $119.00", "NZD"),
        ("CUIT: 20123456789 · Ingresos Brutos: 20123456789", "SON PESOS: CIENTO\nTotal $ 119,00", "ARS"),
        ("GST No. 24AABCU1234F1Z5", "Net Bill Amount 119.00", "INR"),
        ("Shop 12, New Road, Dhaka-1205 · +8801711000000", "TOTAL 119.00", "BDT"),
        ("N.I.F. 12345678Z", "I.G.I.C. 7,00\nTotal 107,00", "EUR"),
        ("Via Roma 1, Trieste", "Valuta   EURO\nTotale 119,00", "EUR"),
        ("Plot 4, Nairobi, Kenya", "Total 119.00", "KES"),
    ],
)
def test_a_currency_that_is_not_printed_is_its_country_s(line: str, sums: str, currency: str) -> None:
    assert read(f"Acme\n{line}\n\nNo. 2026-012\n{sums}").currency.value == currency


@pytest.mark.parametrize(
    "lines",
    [
        "Acme Pte. Ltd.\n1 Church Street, Singapore\n\nBill to: Borov EOOD\nBG VAT BG123456789\nTotal $119.00",
        "Acme Lawns\n12 Hill Street\nGST $19.00\nTotal $119.00",
    ],
)
def test_a_dollar_sign_beside_the_taxes_of_other_countries_is_not_sure(lines: str) -> None:
    found = read(lines).currency
    assert found.value == "USD"
    assert found.confidence < 0.8
