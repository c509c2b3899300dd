"""The words by which mails of a kind are known, in English, German, French, Spanish, Italian, Dutch and Portuguese.

A kind stands on a line of its own; below it a weight, and the stems that have it, with commas between them. A stem is a
regular expression in small letters without accents; it begins a word, and one that ends in $ ends it, too.
"""

WORDS = r"""
newsletter
3: newsletter, infolettre, gazette, news digest, in this issue, in dieser ausgabe, themen dieser ausgabe, dans ce
   numero, au sommaire, en este numero, boletin, in questo numero, notiziario, rundbrief, nieuwsbrief, in deze
   editie, boletim, nesta edicao
2: view in your browser, view this email in, im browser ansehen, voir dans le navigateur, ver en el navegador, vedi
   nel browser, weekly digest, monthly update, wochenruckblick, episode, redaktion, redaccion, redazione, redactie,
   issue \d, ausgabe, la lettre de, inside:, reader mail, because you signed up, because you subscribed, vom
   verteiler, sie erhalten diese mail, vous recevez ce, ne souhaitez plus recevoir, recibes este correo, ricevi
   questa mail, programme of, ruckblick, ausblick, dossier, carnet d'adresses, est paru, erschienen, calendario de,
   calendario dei, kalender, os contamos, il racconto, we visited, a visit to, fotos y videos, feria de, fiera di,
   messebericht, rundmail, diesmal mit, veranstaltungen im, events this
1: read more, weiterlesen, lire la suite, leer mas, continua a leggere, leggi tutto, lees meer, ler mais, interview,
   podcast, portrait, agenda, leserinnen, lecteurs, lectores, lettori, roundup, this week we, this month we,
   novedades, noticias, notizie del mese, webinar, reportage

advertising
3: % off, % rabatt, % de descuento, % de reduction, di sconto, sconto del, % korting, % de desconto, black friday,
   cyber monday, vente flash, flash sale, sonderangebot, sconti, gutscheincode, promo code, code promo, discount,
   solde$, soldes, rebajas, uitverkoop, aanbieding, saldi$, liquidazione totale, schlussverkauf, 2x1, page one of
   google, seite 1, premiere page de google, seo
2: shop now, buy now, order now, jetzt kaufen, jetzt bestellen, jetzt sichern, jetzt zugreifen, profitez, j'en
   profite, commandez maintenant, compra ahora, compra ya, aprovecha, acquista ora, ordina subito, approfitta, koop
   nu, bestel nu, compre agora, free shipping, versandkostenfrei, gratisversand, livraison gratuite, envio gratis,
   spedizione gratuita, gratis verzending, special offer, oferta especial, offre speciale, offerta limitata, offerta
   speciale, limited time, last chance, nur heute, nur diese woche, nur fur kurze zeit, solo oggi, solo hoy, solo
   hasta, jusqu'a dimanche, this weekend only, today only, book a demo, free trial, sale ends, up to \d+ ?%, bis zu
   \d+ ?%, jusqu'a -?\d+ ?%, hasta un \d+, fino al \d+, solange der vorrat, use code, con el codigo, con il codice,
   avec le code, mit dem code, more customers, mehr kunden, plus de clients, mas clientes, piu clienti, save \d+,
   spar, ahorra, economisez, risparmia, third off, half price, halber preis, moitie prix, mitad de precio, meta
   prezzo, price of two, prix de deux, precio de dos, prezzo di due, remise, bonus, stocks partent, last days,
   letzte tage, derniers jours, ultimos dias, ultimi giorni, plus que \d jours, only \d days, nur noch, solo este
   mes, see the range, discover the, entdecken sie, decouvrez, descubre, scopri, wechseln sie, switch to, passez a,
   cambiese, passa a, sichern sie sich, gratis, kostenlos testen, essai gratuit, prueba gratis, prova gratis,
   geschenk, cadeau, regalo, regaliamo, we can help your business, grow your business, mehr umsatz, augmentez vos,
   aumente sus, voucher, coupon, bestseller, best price, free returns, per month only, weniger zahlen, pay less,
   payez moins, pague menos, paga meno
1: offer, angebote, offres, ofertas, offerte, deal, sale, promo, starting at, ab nur, gift, exclusive, exklusiv,
   exclusif, neuheit, kollektion, collection, until monday, until sunday, bis sonntag, bis freitag, hasta el
   domingo, fino a domenica, new in, neu bei uns, nouveautes, novita, gewinnspiel, contest, concours, sorteo,
   concorso, fibra, glasfaser, tarifas, interested, le llamamos, rufen sie uns an, deserve

reminder
3: payment reminder, overdue, past due, still unpaid, not been paid, remains unpaid, outstanding balance, final
   notice, second reminder, zahlungserinnerung, mahnung, noch offen, keinen zahlungseingang, noch keine zahlung,
   noch nicht bezahlt, offene rechnung, offener betrag, impaye, relance, rappel de paiement, rappel : facture,
   rappel facture, reste due, pas encore recu votre reglement, pas recu votre paiement, recordatorio de pago,
   pendiente de pago, factura vencida, no hemos recibido el pago, esta vencida, sollecito, insolut, non risulta
   pagat, fattura scaduta, non ancora pagat, mancato pagamento, betalingsherinnering, aanmaning, nog open, nog niet
   betaald, openstaand, lembrete de pagamento, fatura vencida, em atraso, not yet received, nicht als bezahlt, sans
   reglement, en attente de reglement, n'est toujours pas, toujours pas regle, toujours pas sold, sin abonar, sin
   pagar, impagad, no nos ha llegado el pago, todavia no hemos recibido, aun no hemos recibido, ancora aperta,
   ancora da pagare, non abbiamo ricevuto il pagamento, non abbiamo ancora ricevuto, still open, still waiting for
   payment, still haven't seen, haven't received payment, have not received payment, no payment yet, nicht
   eingegangen, noch kein geld, uberfallig, offener posten, offene posten, zahlungsruckstand, payment is late, late
   payment, amount outstanding, remains open, saldo pendiente, importe pendiente, saldo scoperto, letzte mahnung,
   mise en demeure de payer, dernier rappel, ultimo aviso de pago, ultimo avviso
2: settle it within, arrange payment, please settle, begleichen, ist seit dem, fallig$, regulariser, merci de
   regler, echue, provvedere al saldo, saldo della, voldoen, inkasso, collection agency, recouvrement, cobros,
   recupero crediti, statement of account, kontoauszug der offenen, verzug, ausstehend, en retard de paiement,
   ontvangen wij graag uw betaling, was due on, due since, was fallig, falligkeit, vencio, scadut[ao] il, scadut[ao]
   da, echeance depassee, bitte uberweisen, please transfer the, faire le necessaire, could you look into it, bitte
   nachsehen, pueden mirarlo, puo controllare, pay by, zahlen sie bis, in verzug, avant de transmettre, interest on
   arrears, verzugszinsen, late fee
1: reminder, erinnerung, rappel, recordatorio, promemoria, herinnering, unpaid, fallig, invoice, rechnung, facture,
   factura, fattura, factuur

payment_problem
3: payment failed, could not process your payment, couldn't process your payment, unable to charge, card was
   declined, was declined, payment method, zahlung ist fehlgeschlagen, zahlung fehlgeschlagen, abbuchung, abgelehnt,
   lastschrift zuruck, lastschrift konnte nicht, rucklastschrift, paiement a echoue, echec du paiement, echec de
   paiement, a ete refuse, pas pu debiter, moyen de paiement, no hemos podido cobrar, fue rechazad, metodo de pago,
   pago rechazado, pagamento non riuscito, addebitare, non e andato a buon fine, metodo di pagamento, betaling is
   mislukt, incasso is mislukt, pagamento recusado, will renew, renews on, renews soon, will be charged, upcoming
   charge, upcoming renewal, verlangert sich automatisch, wird sich verlangern, wird verlangert, sera renouvele, se
   renovara, si rinnova, si rinnovera, wordt verlengd, trial ends, probezeitraum endet, card has expired, card
   expired, didn't go through, did not go through, could not charge, couldn't charge, try again on, nicht einziehen,
   nicht abbuchen, einzug nicht, karte ist abgelaufen, abgelaufene karte, carte expiree, carte a expire, pas pu
   encaisser, pas pu prelever, rejet de prelevement, recibo devuelto, devuelto el recibo, tarjeta caducada, tarjeta
   ha caducado, no pudimos cargar, carta e scaduta, carta scaduta, non abbiamo potuto incassare, non abbiamo potuto
   addebitare, addebito respinto, incasso non riuscito, insufficient funds, mangels deckung, fonds insuffisants,
   fondos insuficientes, fondi insufficienti, automatically renew, auto-renew, renouvellement automatique,
   renovacion automatica, rinnovo automatico, your trial, ihre testphase, votre essai, su prueba
2: subscription, abonnement, abo$, suscripcion, abbonamento, zahlungsart, update your payment, keep your plan,
   prelevement, su tarjeta, sulla tua carta, your card, votre carte, ihre karte, tarif, piano, se cargaran, renewal,
   rinnovo del piano, renovacion de la suscripcion, tried to charge, try again, versuchen es, nouvelle tentative,
   reessay, intentaremos de nuevo, lo intentaremos, riproveremo, monatsbeitrag, mensualite, cuota, canone mensile,
   billing problem, zahlungsproblem, action needed, action requise, accion necesaria, azione richiesta, expired
1: declined, refuse, plan$, charge, failed

complaint
3: complaint, complain, reklam, beschwerde, mangel$, mangelhaft, reclamation, mecontent, plainte, queja,
   reclamacion, reclamo, lamentel, klacht, reclamac, disappointed, unacceptable, unzufrieden, enttauscht, decu,
   insatisf, descontent, insoddisf, non siamo soddisfatti, no estamos satisfechos, delusi$, delus[oa], ontevreden,
   teleurgesteld, not happy, unhappy with, inaceptable, inaccettabile, inacceptable, nicht zufrieden, pas satisfait,
   nicht akzeptabel, poor quality, schlechte qualitat, mauvaise qualite, mala calidad, pessima qualita, put this
   right, not what we ordered, not what i ordered, nicht was wir bestellt, pas ce que nous avions, no es lo que, non
   e quello che, we expected better, expected more, hatten mehr erwartet, ci aspettavamo, esperabamos, pas a la
   hauteur, so geht das nicht, not acceptable, letdown, let down by, argerlich, verargert, furious, frustrated,
   frustrier, lavoro non a regola, chapuza, bacle, schlampig, poor work, sloppy, waste of money, never again, nie
   wieder, came off, fell off, fallen off, has come loose, lost sich, hat sich gelost, abgefallen, se decolle, s'est
   decolle, se ha despegado, se han despegado, si e staccat, si sono staccat, de travers, schief, crooked, torcid,
   stort[aeo]$, off-centre, wirft blasen, fault with, at fault
2: damaged, scratched, broken on arrival, arrived broken, wrong colour, wrong color, wrong size, missing piece,
   defective, faulty, beschadigt, kaputt geliefert, falsch gedruckt, falsche, defekt, endommage, casse$, cassee,
   abime, defectueu, roto$, rota$, defectuos, danad[oa], danneggiat, difettos, rott[oa]$, beschadigd, kapot,
   partid[oa]$, danificad, replacement, ersatz$, remplacement, reposicion, sostituzione, substituicao, vervanging,
   refund us, money back, geld zuruck, remboursement, rimborso, devolucion, peels off, blattert, il manque, manca un
   pezzo, faltan piezas, nachbessern, kostenlos beheben, fix it, reprenez, sustituc, when can you, wann konnen sie,
   cuando lo van, quand comptez-vous, quando interven, in ordnung gebracht, put it right, arreglar, repare, reparar,
   riparar, sistemare, que proposez-vous, erreicht man niemanden, nobody answers, personne ne repond, nadie
   contesta, nessuno risponde, too late, zu spat, trop tard, demasiado tarde, in ritardo, cracked, gerissen,
   fissure, rajad, crepat, faded, verblasst, leaking, smudged, misspelt, misspelled, tippfehler, faute
   d'orthographe, errata$, erreur d'impression, delay, verspatung, retard$, retraso, ritardo, devuelvan,
   insatisfait, schade dass, disappointing
1: wrong, falsch, broken, erwarten, solution, solucion, cassat, bulles, honestly, franchement, ehrlich gesagt,
   francamente, sinceramente, after a week, nach drei tagen, apres deux jours, rain, regen, pluie, lluvia, pioggia,
   bubbles, blasen, color, colour, farbe, couleur

invoice_question
3: question about your invoice, question about invoice, query about invoice, question on your invoice, check your
   invoice, corrected invoice, send a corrected, ruckfrage zu ihrer rechnung, ruckfrage zur rechnung, frage zur
   rechnung, frage zu ihrer rechnung, frage zu rechnung, rechnung korrigier, korrigierte rechnung, question sur
   votre facture, question sur la facture, facture corrigee, facture rectif, a quoi correspond, duda sobre, duda con
   la factura, consulta sobre la factura, consulta sobre su factura, factura corregida, factura rectific, domanda
   sulla fattura, chiarimento sulla, chiarimenti sulla vostra fattura, fattura corretta, vraag over uw factuur,
   vraag over factuur, gecorrigeerde factuur, duvida sobre a fatura, rechnungskorrektur, credit note for, incorrect
   invoice, invoice is wrong, falsche rechnung, rechnung ist falsch, rechnung stimmt nicht, facture erronee, erreur
   sur votre facture, error en su factura, error en la factura, errore nella fattura, errore in fattura, you billed,
   you charged, sie haben berechnet, vous avez facture, nos han facturado, nos han cobrado, ci avete fatturato,
   avete addebitato, what is the extra, why were we charged, warum berechnen, d'ou vient la difference, a que se
   debe, a cosa si riferisce, difference entre le devis et la facture, ecart, anders ausgemacht, andere anschrift,
   alte anschrift, alte adresse, falsche adresse, wrong address on, billing address, rechnungsadresse, adresse de
   facturation, direccion de facturacion, indirizzo di fatturazione, dos veces, two times on, rectificar,
   riemettere, reissue, re-issue, neu ausstellen, refaire la facture, storno, aliquot, tax rate on, steuersatz, taux
   de tva, tipo de iva, ust-id fehlt, vat number, ust-idnr, numero de tva, nif$, cif$, cig$, p\.iva, copy of the
   invoice, copy of invoice, kopie der rechnung, duplicata, copia de la factura, copia della fattura, zahlungsziel
   der, payment terms of, pay your invoice by, how can we pay
2: your invoice, ihre rechnung, ihrer rechnung, votre facture, su factura, vostra fattura, uw factuur, sua fatura,
   our sheet says, our order number, unsere bestellnummer, purchase order number, numero de commande, numero de
   pedido, numero d'ordine, codice destinatario, position \d, vat is wrong, hours instead, anders dan afgesproken,
   ander bedrag, vereinbart war, agreed price, did not agree, nous pensions, no entendemos, non capiamo, verstehen
   den betrag, ne correspond pas, importe que, voce della, line item, doppelt berechnet, charged twice, factur[ea]
   deux fois, cobrado dos veces, in der rechnung, auf der rechnung, sur la facture, dans la facture, en la factura,
   nella fattura, sulla fattura, on the invoice, on your bill, quick one on, were told, wurde uns gesagt, on nous
   avait dit, nos dijeron, ci avevate detto, pour la difference, does not match, stimmt nicht uberein, no coincide,
   non torna, non corrisponde, missing on, fehlt auf, missing from the invoice, manca il, falta el, 40 € de plus,
   mehr als vereinbart, plus que prevu, mas de lo, piu del previsto
1: clarify, check it, prufen, erklaren, verifier, expliquer, revisar, aclarar, verificare, spiegar, nakijken, why,
   warum, pourquoi, por que, perche, waarom, invoice, rechnung, facture, factura, fattura, factuur, fatura

quote_request
3: request for a quote, request for quotation, rfq, send us a quote, a quote for, give us a quote, your best price,
   what would that cost, what would it cost, how much would, how much do you charge, price for, quote please,
   preisanfrage, anfrage:, angebotsanfrage, bitten um ein angebot, machen sie uns, unverbindliches angebot, um ein
   angebot, was kostet, was wurde, wie viel kostet, demande de devis, un devis pour, faire une offre, faire un
   devis, combien cout, quel serait le prix, solicitud de presupuesto, enviar un presupuesto, un presupuesto, cuanto
   cost, cuanto cobra, richiesta di preventivo, un preventivo, quanto cost, quanto verrebbe, farci un'offerta,
   offerte aanvra, graag een offerte, wat kost, wat zijn de kosten, pedido de orcamento, um orcamento, quanto custa,
   estimate for us, kostenvoranschlag erstellen, rough idea of the price, idea of the price, what price, ballpark,
   what do you charge, was wurde das, was kostet das, womit mussen wir rechnen, mit was mussen wir, was mussen wir
   da rechnen, preisvorstellung, nous chiffrer, chiffrer, ordre de prix, quel prix, quel tarif, vos tarifs pour,
   precio orientativo, que precio, cuanto seria, cuanto saldria, nos dais un precio, che prezzo, quanto ci fareste,
   un'idea del prezzo, would like to order, wurden gern bestellen, mochten bestellen, souhaitons commander, nos
   gustaria encargar, vorremmo ordinare, we are interested in, interessieren uns fur, interesse par, nos interesa,
   siamo interessati, do you make, do you also, machen sie auch, faites-vous, hacen ustedes, fate anche, could you
   make us, konnten sie uns .{0, 30}machen
2: presupuesto para, preventivo per, angebot mit, how soon could you, lead time, lieferzeit, quel serait le delai,
   delai, plazo, tempi di consegna, levertijd, we need, we are looking for, wir benotigen, wir brauchen, wir suchen,
   nous souhait, nous aurions besoin, nous cherchons, necesitamos, queremos, quisieramos, avremmo bisogno, vorremmo,
   wij willen, precisamos, price list, preisliste, tarifs, prix d, lista de precios, listino, i found you, we found
   you, sind auf sie gestossen, wurden uns empfohlen, empfohlen worden, on m'a recommande, nos han recomendado, ci
   hanno consigliato, we are opening, neueroffnung, nous ouvrons, abrimos, apriamo, we would like, i'd love, i would
   like, hatten gern, hatte gern, wir mochten, nous voudrions, j'aimerais, nous refaisons, querriamos, queriamos,
   nos gustaria, ci serve, ci servirebbe, abbiamo bisogno, ci servono, necesitariamos, roughly, ungefahr, environ,
   aproximad, circa, \d+ by \d+, \d+ x \d+ cm, \d+ cm, metri, metros
1: quote, angebot, devis, presupuesto, preventivo, offerte, orcamento, cost, price, preis, prix, precio, prezzo,
   prijs, metre, meter, stuck, pieces, piezas, pezzi, anfrage, logo, sign, schild, enseigne, rotulo, cartel,
   insegna, scritta, vetrina, schaufenster, vitrine, escaparate

quote
3: our quotation, quotation \w*\d, here is our quote, our quote for, quote q-?\d, our offer for, unser angebot,
   angebot nr, angebot \d, angebot [a-z]*-?\d, gern bieten wir, bieten wir ihnen, notre devis, devis n, notre
   proposition, notre offre, ce devis est valable, nuestra oferta, presupuesto \d, presupuesto n, enviamos el
   presupuesto, oferta valida, nostro preventivo, preventivo n, offerta n, inviamo il preventivo, alleghiamo il,
   onze offerte, offerte nr, offerte \d, nosso orcamento, cost estimate attached, our estimate, my estimate, we can
   do .{0, 30}each, we can offer, our price for, our prices, konnten wir ihnen .{0, 40}anbieten, konnen wir ihnen
   .{0, wir bieten, anbieten, nous vous proposons, nous pouvons vous proposer, podemos ofrecerle, le ofrecemos,
   ofrecerle, possiamo offrirvi, vi offriamo, vi proponiamo, preis gilt, preise gelten, prix garanti, prix valable,
   precio valido, prezzo valido, if you want to go ahead, wenn sie bestellen mochten, bei auftragserteilung, bon
   pour accord, si desea confirmar, per conferma, je rolle, per piece, par piece, la piece$, pro stuck, cada una,
   cada uno, l'una$, l'uno$
2: valid for, valid until, gilt bis, bindefrist, angebot gilt, gultig bis, valable, validez, validita, valido \d,
   geldig tot, prices hold, as requested, thank you for your enquiry, thank you for your inquiry, vielen dank fur
   ihre anfrage, wie gewunscht, suite a votre demande, comme demande, segun lo solicitado, tal como pidio, come da
   vostra richiesta, come richiesto, naar aanleiding van uw aanvraag, attached is our, freibleibend, frei haus,
   delivered, port compris, franco, portes incluidos, trasporto incluso, lieferung inklusive, plus vat, zzgl, netto,
   hors taxe, mas iva, piu iva, by the end of the month, bis ende, jusqu'a fin, hasta fin de mes, fino a fine mese,
   lead time, lieferfrist, discount of
1: quotation, angebot, devis, presupuesto, preventivo, offerte, offre, oferta, offerta, validit

support
3: does not work, doesn't work, not working, stopped working, does not switch on, doesn't switch on, won't turn on,
   does not turn on, how do i, how can i, how do we, how can we, how to, which type do we need, funktioniert nicht,
   geht nicht mehr, lasst sich nicht, womit kann man, wie reinigt, wie kann ich, wie kann man, wie konnen wir, wie
   stelle ich, wie bekomme, was konnen wir tun, ne fonctionne p, ne marche p, comment faire, comment changer,
   comment remplacer, comment nettoyer, comment puis, no funciona, no enciende, como se cambia, como se limpia, como
   puedo, como podemos, con que producto, non funziona, non si accende, come si, come posso, come possiamo, con
   quale prodotto, werkt niet, doet het niet, hoe kan ik, hoe kunnen we, nao funciona, nao liga, como faco, where do
   i, where can i, where do we, how does one, wo stellt man, wo stelle ich, wo kann ich, wie man, wie stellt man, ou
   regle-t-on, ou puis-je, ou se trouve, donde se ajusta, donde puedo, donde se, dove si, dove posso, dove trovo,
   can you tell us how, konnen sie uns sagen wie, konnen sie uns sagen, finden die anleitung nicht, lost the manual,
   perdu la notice, hemos perdido, abbiamo perso, comes on, goes off, turns itself off, schaltet sich, geht aus,
   geht an, s'allume, s'eteint, se enciende, se apaga, si accende, si spegne, blinkt, blinking, parpadea, lampeggia,
   password forgotten, passwort vergessen, mot de passe oublie, can't log in, cannot log in, kann mich nicht
   anmelden, kann nicht anmelden
2: reset, restart, neu starten, zurucksetzen, redemarrer, reiniciar, riavviare, error message, fehlermeldung,
   message d'erreur, mensaje de error, messaggio di errore, instructions, anleitung, mode d'emploi, instrucciones,
   istruzioni, handleiding, manual$, clignote, flackert, flicker, you installed, you delivered, bei ihnen gekauft,
   replace it, warranty, garantie$, garantia, garanzia, leuchtet nicht, problem with, probleme avec, problema con,
   leuchtschild, help with, timer, zeitschaltuhr, minuterie, temporizador, remote control, fernbedienung,
   telecommande, mando a distancia, telecomando, settings, einstellung, umstellen, einstellen, regler, ajustar,
   regolare, impostare, clocks went back, zeitumstellung, changement d'heure, cambio de hora, cambio dell'ora, spare
   part, ersatzteil, piece de rechange, recambio, pezzo di ricambio, user guide, setup, set up
1: clean, reinigen, nettoyer, limpiar, pulire, schoonmaken, lamp, ampoule, transform, since yesterday, seit gestern,
   depuis hier, desde ayer, da ieri, problem

application
4: application for the position, job application, apply for, application as, bewerbung, bewerbe ich mich,
   initiativbewerbung, candidature, candidatura, solicitud de empleo, sollicitatie, demande de stage, demande
   d'emploi, demande d'alternance, autocandidatura, puesto de trabajo, posto di lavoro
3: are you hiring, hiring, looking for work, looking for a job, suche arbeit, suche eine stelle, auf der suche nach
   einer, cherche un emploi, recherche un emploi, cherche du travail, alternance, apprentissage, busco empleo, busco
   trabajo, buscan gente, cerco lavoro, cerco un lavoro, praktikumsplatz, ausbildung zu, apprentice, work placement,
   prakti[k]um, would love to work, gern bei ihnen arbeiten, travailler chez vous, trabajar con ustedes, lavorare
   con voi
2: my cv, curriculum, lebenslauf, zeugnisse, lettre de motivation, anschreiben, resume\.pdf, cv\.pdf, \bcv[_ .],
   references are attached, position you advertise, vacancy, stellenanzeige, ausbildungsplatz, praktikum, stage en,
   je recherche un stage, offre d'emploi, vacante, annuncio di lavoro, tirocinio, vacature, stageplaats, internship,
   interview, vorstellungsgesprach, entretien, entrevista, colloquio, start in january, experiencia laboral,
   esperienza lavorativa, au poste de, el puesto de, motivation, my cv is, mein lebenslauf, mon cv, mi cv, mio
   curriculum, anos de experiencia, anni di esperienza, jahre erfahrung, ans d'experience, years of experience,
   finished my, abgeschlossen, diplome, titulad, diplomat, parcours, cv[_\- ]
1: position, stelle, poste, puesto, posto, experience, cv$

follow_up
3: minutes of, meeting notes, notes from our, notes from the, as agreed, as discussed, action items, next steps,
   thanks for the call, protokoll, wie besprochen, wie heute besprochen, wie vereinbart, nachste schritte, nachsten
   schritte, zusammenfassung unser, compte rendu, compte-rendu, comme convenu, suite a notre reunion, suite a notre
   appel, prochaines etapes, decisions de la reunion, resumen de la reunion, resumen de nuestra, acta de la, tal
   como acordamos, segun lo acordado, lo acordado, proximos pasos, verbale, riepilogo della, come concordato, come
   da accordi, prossimi passi, zoals afgesproken, verslag van, notulen, volgende stappen, conforme combinado, ata da
   reuniao, recap of our, what we settled, settled on, festgehalten haben, haben wir festgehalten, wir haben
   vereinbart, nous avons retenu, nous avons donc retenu, nous avons decide, il a ete decide, quedamos en, lo
   hablado, hemos quedado, abbiamo deciso, siamo rimasti, dopo il nostro incontro, suite a votre visite, nach
   unserem treffen, nach ihrem besuch, following our, further to our, after our meeting, unser treffen, our chat,
   unser telefonat, unserem telefonat, notre echange, notre entretien, nuestra conversacion, nuestra reunion, nostra
   telefonata, nostro incontro, danke fur den besuch, thanks for coming, merci d'etre passe, gracias por venir,
   grazie della visita, grazie per la visita, lovely to meet you, to summarise, to sum up, zusammengefasst, en
   resume, en resumen, in sintesi, to recap
2: our call, our meeting, unsere besprechung, unserer besprechung, unseres gesprachs, unser gesprach, our
   conversation, you send, sie liefern, vous nous envoyez, ustedes envian, voi mandate, we confirm, wir geben, nous
   validons, confirmamos, confermiamo, you draw up, you prepare, sie schicken, sie bereiten, vous preparez, vosotros
   preparais, ustedes preparan, voi preparate, i send, we choose, nous voyons, nosotros elegimos, noi sentiamo, noi
   decidiamo, this morning, heute morgen, ce matin, esta manana, stamattina
1: agreed, besprochen, convenu, acordad, concordat, by friday, bis freitag, entro venerdi, besprechung, reunion,
   riunione, meeting

appointment
3: schedule a meeting, can we meet, could we meet, shall we meet, meet on, set up a call, reschedule, move our
   meeting, move our appointment, work for you, suit you, your appointment for, appointment on, would thursday,
   terminvorschlag, termin verschieben, terminbestatigung, terminanfrage, termin am, unseren termin, einen termin,
   fur ein treffen, treffen wir, passt ihnen, friseurtermin, rendez-vous, seriez-vous disponible, etes-vous
   disponible, seriez-vous libre, nos vemos, le vendria bien, una reunion el, cambiar la cita, concertar una, su
   cita, fissare un appuntamento, appuntamento, spostare la riunione, ci vediamo, sopralluogo, afspraak, schikt het,
   verzetten, marcar uma reuniao, agendar, calendar invitation, invitation:, einladung:, come by and, any chance you
   could come, could you come, can you come, come instead, come over, pop in, drop by, stop by, passt es ihnen,
   passt dir, wurde ihnen .{0, 30}passen, zum aufhangen, vorbeikommen, vorbeischauen, pourriez-vous passer,
   pouvez-vous passer, venir vendredi, ne me convient, vous conviendrait, podrian pasarse, puede pasarse, pasarse
   el, le va bien, te esperamos, le esperamos, riuscireste a passare, potete passare, puo passare, passare venerdi,
   va bene per voi, non posso, is no good, can't make it, cannot make it, kann leider nicht, kann doch nicht,
   schaffe ich nicht, al final .{0, 30}no puedo, no puedo, purtroppo non, uhrzeit, what time suits, welche uhrzeit,
   quelle heure, a que hora, a che ora, save the date, zusage, terminabsage, absagen, annuler le rendez-vous,
   cancelar la cita, disdire
2: would .{0, 20}work, available on, are you free, haben sie zeit, hatten sie .{0, 30}zeit, otherwise we could,
   sinon vendredi, en otra hora, otra hora, in alternativa, verschieben, reporter, deplacer, postpone, spostare,
   cita del, cita$, haircut, friseur, coiffeur, peluquer, parrucchier, kapper, reservation for, table for, instead,
   stattdessen, plutot, en su lugar, invece, before noon, vormittag, nachmittag, avant midi, apres-midi, antes de
   las, por la tarde, mattina, pomeriggio, morning, afternoon, gegen \d+, around \d+, vers \d+ h, visit$, visite$,
   visita$, besuch$, montag, dienstag, mittwoch, donnerstag, freitag, lundi, mardi, mercredi, jeudi, vendredi,
   lunes, martes, miercoles, jueves, viernes, lunedi, martedi, mercoledi, giovedi, venerdi
1: meeting, reunion, riunione, treffen, termin, appointment, monday, tuesday, wednesday, thursday, friday, at \d, um
   \d+ uhr, a \d+ h, a las \d, alle \d, om \d

official
4: tax return, sales tax, income tax, finanzamt, umsatzsteuer, voranmeldung, steuerbescheid, einkommensteuer,
   urssaf, declaration de tva, impots, avis d'imposition, impot sur le revenu, agencia tributaria, modelo \d{3},
   hacienda, declaracion de la renta, seguridad social, agenzia delle entrate, liquidazione iva, dichiarazione dei
   redditi, f24, belastingdienst, aangifte, autoridade tributaria, hmrc, irs$, vat return, revenue office, tax
   office, gewerbeaufsicht, gewerbeamt, annual return, companies registry, handelsregister, camera di commercio,
   camara de comercio, registro mercantil, greffe, prefecture, passport, personalausweis, reisepass, carte
   d'identite, passeport, pasaporte, dni$, carta d'identita, passaporto, paspoort, court$, amtsgericht, tribunal$,
   tribunale, berufsgenossenschaft, krankenkasse der arbeitgeber, inps$, permit$
3: department of, ministry of, employers must, arbeitgeber mussen, ihk$, handwerkskammer, beitragsbescheid,
   gebuhrenbescheid, bussgeld, busgeld, direction des finances, finances publiques, tresor public, mise en demeure,
   cfe$, cotisation fonciere, amende, licencia de actividad, licencias@, multa$, suap$, anagrafe, marca da bollo,
   fuhrerschein, driving licence, permis de conduire, carnet de conducir, patente di guida, fuhrerscheinstelle,
   landratsamt, standesamt, einwohnermelde, ordnungsamt, zulassungsstelle, sportello, certificat, electoral roll,
   census, zensus, recensement, jury, fine of, wage report, statistical office, statistisches bundesamt, insee,
   istat, data protection authority, datenschutzbehorde, cnil, health and safety, business rates, property tax,
   grundsteuer, taxe fonciere, ibi$, imu$
2: authority, behorde, bescheid, aktenzeichen, widerspruch, stellungnahme, requerimiento, sede electronica,
   notificacion, assessment, filed with, has not been filed, penalty, buergeramt, burgeramt, mairie, ayuntamiento,
   comune di, gemeente, council, stadtverwaltung, ministry, ministerium, declaration, cotisations, diritto annuale,
   licence renewal, frist, within one month, binnen eines monats, delai de \d+ jours, dias habiles, dispone de \w+
   dias, entro \d+ giorni, termine:, tramitar, pratica, antrag, application number, reference number,
   geschaftszeichen, we have not received yours, must be submitted, must submit, einzureichen, est tenu de, debe
   presentar, deve presentare, landkreis, comune, rathaus, city hall, hotel de ville, municip, behord, official,
   amtlich
1: deadline, office, amt$, filing, abgabe, tva$, iva$

bank
3: account statement, statement is ready, bank statement, statement of your account, kontoauszug, releve de compte,
   extracto de su cuenta, su extracto, estratto conto, rekeningafschrift, extrato, geldeingang, eingegangen auf, auf
   ihrem konto, gutgeschrieben, virement recu, a ete credite, un virement, transferencia, hemos abonado, accredito,
   bonifico ricevuto, bijgeschreven, was credited, credited to your account, deposit received, deposit posted, you
   received a payment, you got paid, paid your invoice, payout, sent you money, zahlungseingang von, hat ihre
   rechnung bezahlt, refunded, refund for, erstattung, incoming payment, interest rate on your account, been paid,
   has arrived in your account, arrived in your account, umsatzmitteilung, gutschrift, kontobewegung, mouvement sur
   votre compte, vous avez recu \d, vous avez recu un, ingreso en su cuenta, se ha ingresado, movimento sul conto,
   movimiento en su cuenta, hai ricevuto un bonifico, ha ricevuto un bonifico, new transaction, neue buchung,
   nouvelle operation, nuevo movimiento, nuovo movimento, card payment of, kartenzahlung uber, paiement par carte
   de, pago con tarjeta de, pagamento con carta di, balance of your account, kontostand, solde de votre compte,
   saldo de su cuenta, saldo del conto, standing order, dauerauftrag, virement permanent, transfer of .{0, 20} from,
   interest statement, zinsen
2: online banking, banca en linea, area riservata, espace client, elektronischen postfach, deposit, your account
   ending, se terminant par, conto corrente, girokonto, su cuenta, votre compte se, bank$, banque, banco, banca,
   sparkasse, volksbank, business account, geschaftskonto, onlinebanking, in the app, in der app, dans
   l'application, en la aplicacion, nell'app, credit \w+$, caja, credito, bonifico, from your account, von ihrem
   konto, su cuenta un importe, account ending, endend auf
1: has been paid, was paid, statement, virement, konto

delivery
3: has shipped, have shipped, been shipped, out for delivery, on its way, tracking number, track your, track it,
   your parcel, your package, will be delivered, was delivered, has been delivered, ihre sendung, ihr paket,
   sendungsnummer, sendungsverfolgung, versandbestatigung, zugestellt, bestellung .{0, 15}verschickt, 15}versandt,
   votre colis, a ete expedie, sera livre, a ete livre, livraison prevue, suivez la livraison, numero de suivi, su
   paquete, ha sido enviado, en camino, numero de seguimiento, siga su envio, entrega prevista, entrega de su
   pedido, il tuo pacco, il suo pacco, in consegna, segui il pacco, stato spedito, abbiamo spedito, spedizione \d,
   uw pakket, is verzonden, wordt .{0, 15}bezorgd, volg uw, sua encomenda, foi enviada, order cancelled, bestellung
   storniert, order received, bestelleingang, new order #, picked up by the carrier, handed to the carrier, left our
   warehouse, left our workshop, should be with you, spedition, abgeholt, anlieferung, voraussichtlich, wird
   geliefert, wurde geliefert, ist unterwegs, sind unterwegs, sind raus, transporteur a pris, a quitte notre, depart
   de votre commande, arrivee prevue, est partie, ha salido, transportista, llegara el, llegaran, merce partita,
   corriere ha ritirato, arrivo previsto, e partito, e partita, consegnat, ready for collection, ready for pick-up,
   abholbereit, pret a etre retire, lista para recoger, pronto per il ritiro, left with a neighbour, beim nachbarn,
   chez votre voisin, delivery attempt, zustellversuch, we missed you, backorder, lieferverzogerung, out of stock,
   nicht lieferbar, order is being prepared, wird vorbereitet, en preparation, order confirmation,
   auftragsbestatigung, bestellbestatigung, confirmation de commande, confirmacion de pedido, conferma d'ordine
2: shipment, versand, livraison, envio, spedizion, verzending, bezorg, la consegna, entrega, parcel, paket, colis,
   paquete, pacco, pakket, courier, kurier, transporteur, corriere, shipping, carrier, warehouse, lager@,
   expedition, almacen, magazzino, dispatch, freight, fracht, fret$, by thursday, donnerstag, jeudi, el jueves,
   giovedi
1: order, bestellung, commande, pedido, ordine, bestelling, arrives, tuesday

notice
3: new sign-in, new login, sign-in to your account, new device, neue anmeldung, neues gerat, nouvelle connexion,
   nouvel appareil, nuevo inicio de sesion, nuevo dispositivo, nuovo accesso, nuovo dispositivo, nieuwe aanmelding,
   terms of service, terms of use, nutzungsbedingungen, agb$, datenschutzerklarung, conditions d'utilisation,
   conditions generales, politique de confidentialite, politica de privacidad, terminos del servicio, condiciones de
   uso, termini di servizio, condizioni d'uso, informativa sulla privacy, voorwaarden, privacybeleid, privacy
   policy, maintenance, wartung, wartungsarbeiten, maintenance prevue, mantenimiento, manutenzione, onderhoud,
   service interruption, downtime, password was changed, passwort wurde geandert, mot de passe a ete, contrasena ha
   sido, password e stata, storage is almost full, speicher fast voll, verification code, bestatigungscode, code de
   verification, password was reset, password has been, your password for, passwort wurde, passwort geandert, mot de
   passe a change, contrasena ha cambiado, cambio de contrasena, password modificata, cambio della password, not
   reachable, nicht erreichbar, unavailable from, indisponible, no estara disponible, sera fermo, sara fermo,
   servizio sara, unterbrechung, interruption, interrupcion, interruzione, nos conditions, our terms, unsere
   bedingungen, nuestras condiciones, le nostre condizioni, new version, neue version, nouvelle version, nueva
   version, nuova versione, wegen eines updates, aktualisierung, mise a jour, actualizacion, aggiornamento,
   two-factor, zwei-faktor, security alert, sicherheitshinweis, alerte de securite, alerta de seguridad, avviso di
   sicurezza, backup completed, report is ready, export is ready, storage, speicherplatz, certificate expires,
   domain expires, domain renewal, data protection notice, cookie
2: nothing to do, no action is needed, you need not do anything, sie mussen nichts tun, vous n'avez rien a faire, no
   tiene que hacer nada, non devi fare nulla, niets te doen, if it was you, si c'etait vous, se eri tu, si fue
   usted, wenn sie das waren, the service will, der dienst ist, le service sera, el servicio no, il servizio non,
   your account, zum 1\. januar, this is a confirmation that, le confirmamos, wir bestatigen, conditions,
   bedingungen, condiciones, condizioni, from \d+ to \d+, von \d+ bis \d+ uhr, dalle \d+ alle \d+, de \d+ h, en
   ligne
1: update, anderung, changes, cambios, modifiche, service, account, server

housing
4: landlord, tenancy, tenant, lease$, your lease, lettings, vermieter, hausverwaltung, nebenkosten, mietvertrag,
   mieterhohung, mietraume, hausmeister, proprietaire, votre loyer, le loyer, votre bail, immeuble, copropriete,
   syndic, casero, alquiler, comunidad de propietarios, junta de la comunidad, administracion de fincas, condominio,
   affitto, padrone di casa, inquilin, huurcontract, verhuurder, huisbaas, vve$, senhorio, arrendamento, property
   management, caretaker, wohnungseigentum, eigentumerversammlung
3: tenants, mieter, locataires, inquilinos, vecinos del edificio, coupure d'eau, corte de agua, mancanza d'acqua,
   mancher., water off, shut off the water, wasser .{0, 20}abgestellt, lift is out, aufzug, ascenseur, ascensor,
   ascensore, garage door, tiefgarage, mulltonnen, hausordnung, regle de copropriete, rent increase, deposit for the
   flat, kaution, caution, fianza, handover of keys, schlusselubergabe, etat des lieux, chimney sweep,
   schornsteinfeger, ramoneur, smoke detector, rauchmelder, fincas@, amministratore, reading of the meter
2: rent$, miete, loyer, renta$, canone, huur, building, gebaude, edificio, palazzo, gebouw, apartment, wohnung,
   appartement, appartamento, zahler, ablesung, heating, heizung, chauffage, calefaccion, riscaldamento, roof,
   tejado, tetto, your rooms, treppenhaus, stairwell, boiler
1: inspection, repair, reparat, travaux, lavori

school
4: school, schule, grundschule, gymnasium, kindergarten, kita$, elternabend, schuler, ecole, college hugo, lycee,
   scolaire, eleve, parents-professeurs, maitresse, colegio, escuela, alumno, reunion de padres, excursion de,
   guarderia, scuola, scolastic, asilo, alunn, insegnant, genitori, basisschool, ouderavond, leerling, ouders,
   nursery, pupil, dear parents, liebe eltern, chers parents, queridos padres, estimadas familias, parents' evening,
   escola, teacher, lehrer, lehrkraft, klassenfahrt, head lice, nits, year \d, cantine, mensa, cole$, ampa$,
   musikschule, vorspiel, geige, piano lesson, klavier, conservatoire, infantil, nursery class, day care,
   tagesmutter, hort$, creche, garderie, sports day, sportfest, kermesse, schulfest, exam results, noten, bulletin
   scolaire, boletin de notas, pagella, absence of, krankmeldung kind, football training, fussballtraining, swimming
   lesson, schwimmkurs
2: class \d, klasse, la classe, la clase, groep \d, school trip, homework, hausaufgaben, devoirs, deberes, compiti,
   gita, ihr kind, ihrem kind, votre enfant, su hijo, uw kind, tuo figlio, zeugnis, zettel, report card, term dates,
   ferien$, timetable, your child, dear families, liebe familien, los ninos, i bambini, les enfants absents,
   volunteers, voluntarios, freiwillige, benevoles, aula$, sciopero, huelga, greve
1: class, trip, children, kinder, enfants, familias, maestr

health
4: dentist, dental, zahnarzt, arztpraxis, hausarzt, doctor, docteur, dr\. med, medecin, cabinet medical,
   consultation, clinic$, clinica, medico, cita medica, centro de salud, vacuna, ambulatorio, analisi del sangue,
   visita medic, huisarts, tandarts, ziekenhuis, hospital, krankenhaus, impf, vaccin, prise de sang, vos analyses,
   blood test, blutwerte, sprechstunde, versichertenkarte, carte vitale, tarjeta sanitaria, tessera sanitaria,
   check-up, physiotherap, kinesither, fisioterap, optometr, prescription, rezept, ordonnance, receta medica,
   ricetta medica, patient, paciente, paziente, vorsorgeuntersuchung, medical, glasses, brille, lunettes, gafas,
   occhiali, optician, optiker, opticien, optico, ottico, oculist, eye test, sehtest, controllo della vista,
   krankengymnastik, physio, fisio, kine$, behandlung, sesion de, seduta, labo, laboratoire, laboratorio, labor@,
   health insurance, krankenversicherung, mutuelle, seguro medico, assicurazione sanitaria, therapist, therapeut,
   psycholog, vet$, tierarzt, veterinaire, veterinario, pharmacy, apotheke, pharmacie, x-ray, rontgen, radiographie,
   radiografia, mri$, allergy, allergie, hearing test, horgerat, volante, diagnos, screening, mammogra
2: practice, praxis, cabinet, your results, befund, resultats, resultados, esito, insurance card, surgery, health
1: appointment, termin, rendez-vous, cita, visita

family
4: mum$, mom$, dad$, grandma, grandpa, granny, mama$, papa$, oma$, opa$, maman, mamie, papi$, mamma$, nonna, nonno,
   abuel, zia$, zio$, tante$, onkel, tu prima, tu primo, deine schwester, dein bruder, ton frere, ta soeur, tu
   hermana, tu hermano, sorella, fratello, cugin, your sister, your brother, cousin, liefs, lieverd, hugs, love,
   kisses, bisous, besos, un beso, baci, un bacio, kusse, drucken, darling, sweetheart, my dear, mein schatz,
   cherie, mon cheri, tesoro, amore, guapa, carino, beijos, avo$, hey you, na du, platzchen, mon grand, ma grande,
   je t'embrasse, un abrazo, un abbraccio, knutscha, kuss, hola cielo, cielo$, carissim, little ones, die kleinen,
   les petits, los peques, i bimbi, bimbi, tia$, tio$, dein$, deine$, alles liebe, hab dich lieb, miss you,
   vermisse, tu me manques, te echo de menos, mi manchi, xx$, xoxo, sis$, bro$, auntie, uncle, patenkind,
   goddaughter, filleul, ahijad, your old friend, school reunion, klassentreffen, stag do, junggesell, baby shower,
   skiing, camping together, book club, poker night, spieleabend
2: birthday, geburtstag, anniversaire, cumple, compleanno, verjaardag, aniversario, christmas, weihnachten, noel,
   navidad, natale, kerst, easter, ostern, pasqua, pascua, the kids, die kinder, les enfants, los ninos, i bambini,
   de kinderen, sunday lunch, dinner on, abendessen, grillen, barbecue, lunch, pranzo, comida del, wedding,
   hochzeit, mariage, boda, matrimonio, holiday together, photos of, liebe grusse, hallo du, coucou, salut, hola
   hijo, ciao, reunion de famille, family, familie, famille, familia, famiglia, recipe, rezept von, recette, receta,
   ricetta, cake, kuchen, gateau, tarta, torta, dog$, hund$, cat$, katze, hut, ferienhaus, beach, strand, plage,
   playa, spiaggia, pueblo, verano, sommer, backen, kochen
1: sunday, sonntag, dimanche, domingo, domenica, weekend, wochenende, garden, garten

request
3: could you send us, could you send me, would you mind, could you please, can you please, would it be possible, may
   we use, we would like to ask, konnten sie uns, konnten sie bitte, durfen wir, wurden sie uns, pourriez-vous nous,
   serait-il possible, auriez-vous, podria, podrian, nos podrian, seria posible, potreste, potete mandarci, potete
   inviarci, sarebbe possibile, zou u, kunt u ons, mogen wij, poderia, we wondered whether, wondered whether, would
   you give, would you be willing, would you like to take part, accepteriez-vous, seriez-vous d'accord, dites-nous
   ce qui, se animaria, le interesaria, diganos si, estaria dispuest, possiamo appendere, potremmo, sareste
   disponibili, vi andrebbe, durften wir, waren sie bereit, hatten sie lust, mochten wir sie bitten, haben sie
   interesse, can we use, can we hang, may we hang, permission to, erlaubnis, autorisation de, permiso para,
   permesso di, please send me your, bitte senden sie uns
2: let us know, let me know, get back to us, geben sie uns, kurz bescheid, bitte schicken sie, merci d'avance, merci
   de nous, gracias de antemano, fateci sapere, grazie in anticipo, laat het ons weten, obrigado desde ja, we need
   it by, sponsor, donation, spende, don pour, donacion, donazione, survey, umfrage, sondage, encuesta, sondaggio,
   lend us, nous preter, prestar, your logo, ihr logo, votre logo, su logo, vostro logo, talk$, vortrag, charla,
   conference, conferenza, poster, plakat, affiche, locandina, festival, fest$, fete, fiesta, festa, verein,
   association, asociacion, associazione, club, library, bibliothek, bibliotheque, biblioteca, school project,
   fundraiser, charity, raffle, tombola, visite de votre, visit your workshop, questionnaire, fragebogen, no fee,
   ehrenamt, referenz, reference for
1: please, bitte, merci de, por favor, per favore, per cortesia, alstublieft, could you, konnten, pourriez, potete,
   photo, foto

other
3: thank you so much, thanks a lot, many thanks for, looks? fantastic, look great, looks great, love it, vielen
   dank, sind wunderschon, sehr zufrieden, merci beaucoup, est superbe, tres content, muchas gracias, preciosa,
   precioso, encantad, grazie mille, bellissim, complimenti, hartelijk dank, prachtig, muito obrigad, happy
   holidays, season's greetings, frohe, schone feiertage, bonnes fetes, meilleurs voeux, felices fiestas, buone
   feste, auguri, fijne feestdagen, boas festas, we are closed, sind geschlossen, ist .{0, 40}geschlossen,
   betriebsferien, betriebsurlaub, nous serons fermes, fermeture annuelle, cerramos, estaremos cerrados, saremo
   chiusi, chiusura, wij zijn gesloten, we are moving, we have moved, wir ziehen um, neue anschrift, neue adresse,
   nous demenageons, nouvelle adresse, nos mudamos, nueva direccion, ci trasferiamo, nuovo indirizzo, wij verhuizen,
   out of office, abwesenheit, nicht im buro, absence du bureau, fuera de la oficina, fuori ufficio,
   congratulations, gluckwunsch, felicitations, felicidades, sieht klasse, sieht toll, super geworden, toll
   geworden, klasse geworden, bravo, fait son effet, en parlent, encore merci, han quedado genial, ha quedado
   genial, genial$, contentisim, sono venut[ei] ben, siete bravissimi, well done, great job, everyone loves, alle
   sind begeistert, begeistert, impressed, new phone number, neue telefonnummer, neue nummer, nouveau numero, nuevo
   numero, nuovo numero, new email address, neue mailadresse, we have a new, new opening hours, ferie$, in ferie,
   siamo chiusi, vacances, vacaciones, back on, wieder da, de retour, estamos de vuelta, chiusura estiva, new
   colleague, neue kollegin, neuer kollege, nouvelle collegue, retire, ruhestand, retraite, jubilacion, pensione,
   anniversary of, jubilaum, get well, gute besserung, bon retablissement, condolences, beileid, condoleances,
   pesame, condoglianze, see you soon, bis bald, a bientot, hasta pronto, a presto, for your information, zur
   information, pour information, para su informacion, per vostra informazione, fyi$
2: thank you, thanks$, danke, merci$, gracias, grazie, dank u, we wish you, wir wunschen, vi auguriamo, les
   deseamos, nous vous souhaitons, hours over, offnungszeiten, danke euch, merci encore, gracias a todo, grazie a
   tutti, reach us, erreichen sie uns, nous joindre, contactarnos, contattarci, stays as it was, bleibt alles, ne
   change pas, no cambia, resta invariato, from monday, ab montag, a partir de lundi, a partir del lunes, da lunedi
1: our team, tutta l'equipe
"""
