"""Learn the weights by which kinds are told apart: `python -m benchmarks.train_routing --check --vectors FILE`.

Learnt from `data/routing_sayings.txt` (what mails and messages of a kind say, made into messages at random), and from
the sets `tuning`, `judging`, `plain`, `varied` and `voices`; never from `various`, `unseen` or `fresh`. Words that none
of these have get their weights from word vectors (`--vectors`, written by `benchmarks/word_vectors.py`): a linear model
over the sum of a message's vectors is learnt beside the words themselves, and its weight for each word is kept; the
vectors are not. How sure the model may be is set on messages of other hands and manners than those it was learnt from:
each set of `LEFT_OUT` is left out whole, one after the other (`--check`).
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from benchmarks.routing import DATA, FAIL, PASS, examples
from domain.mail.facts import MailFacts
from domain.mail.topics import topics
from domain.planning.by_words import RoutedText, facts_of
from domain.planning.likely_kind import Parts, key_of, parts_of

TARGET = Path(__file__).parents[1] / "tasks" / "planning" / "kind_model.npz"
LEARNT = ("tuning", "judging", "plain", "varied", "voices")
FOR_RULES, LEFT_OUT = LEARNT[:2], LEARNT[2:]
RARE, VECTOR_LENGTH, OF_SETS = 2, 96, 12.0
OF_VECTORS = 2.0
WITH_CHATTER, IN_SMALL_LETTERS, WITH_MISTAKES, MISTAKES, SHORT = 0.4, 0.2, 0.2, 0.2, 4
CLEARS = (0.9, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.993, 0.995)
FILLERS = {
    "en": (
        ["Hi,", "Hello Olga,", "Dear Sir or Madam,", "Good morning", "Dear Ms Brandt,", ""],
        [
            "Best regards",
            "Thanks!",
            "Kind regards, Tom",
            "cheers",
            "Yours sincerely",
            "Sent from my iPhone",
            "",
        ],
    ),
    "de": (
        ["Hallo,", "Sehr geehrte Frau Brandt,", "Guten Tag,", "Moin", "Liebe Olga,", ""],
        ["Mit freundlichen Grüßen", "LG", "Viele Grüße", "Danke!", "Von meinem iPhone gesendet", ""],
    ),
    "fr": (
        ["Bonjour,", "Madame, Monsieur,", "Bonsoir Olga,", "Salut", ""],
        ["Cordialement", "Merci d'avance", "Bien à vous", "Bonne journée", ""],
    ),
    "es": (
        ["Hola,", "Buenos días,", "Estimada señora:", "Buenas tardes Olga", ""],
        ["Un saludo", "Gracias", "Atentamente", "Saludos cordiales", ""],
    ),
    "it": (
        ["Buongiorno,", "Ciao Olga,", "Gentile signora,", "Salve", "Gentile cliente,", ""],
        ["Cordiali saluti", "Grazie", "Distinti saluti", "A presto", ""],
    ),
    "nl": (
        ["Beste Olga,", "Hoi,", "Geachte mevrouw,", "Goedemiddag", ""],
        ["Met vriendelijke groet", "Groetjes", "Bedankt", ""],
    ),
    "pt": (
        ["Olá,", "Bom dia,", "Boa tarde Olga,", "Exma. Senhora,", "Caro cliente,", ""],
        ["Cumprimentos", "Obrigado", "Com os melhores cumprimentos", ""],
    ),
}
"""What messages of any kind begin and end with, so that it says nothing of their kind."""
CHATTER = {
    "en": (
        "Hope you're well", "sorry for the late reply", "it's been a busy week here", "as always a pleasure",
        "I tried to ring you earlier", "just a short one from the train", "let me know if anything is unclear",
        "Tom Reed | Office manager | 4 Mill Lane | tel 0118 400 118 | www.reed.example",
        "This email and any attachments are confidential", "sent from my phone, please excuse typos",
        "Please consider the environment before printing this email", "FYI see below", "so, um, yes",
    ),
    "de": (
        "ich hoffe, es geht Ihnen gut", "entschuldigen Sie die späte Antwort", "hier war viel los diese Woche",
        "hatte versucht, Sie zu erreichen", "kurz aus dem Zug", "bei Fragen gerne melden",
        "Tom Reder | Büroleitung | Mühlgasse 4 | Tel. 0118 400118 | www.reder.example",
        "Diese E-Mail enthält vertrauliche Informationen", "Sitz der Gesellschaft: Ried, HRB 1188",
        "unterwegs getippt, Fehler bitte übersehen", "zur Info, siehe unten", "also ja, genau",
    ),
    "fr": (
        "j'espère que vous allez bien", "désolé de répondre si tard", "semaine chargée ici",
        "j'ai essayé de vous joindre", "un petit mot depuis le train", "n'hésitez pas en cas de question",
        "Tom Renard | Assistant | 4 rue du Moulin | tél. 01 18 40 01 18 | www.renard.example",
        "Ce message est confidentiel", "Pensez à l'environnement avant d'imprimer", "pour info, voir ci-dessous",
        "envoyé de mon téléphone", "bon voilà",
    ),
    "es": (
        "espero que estés bien", "perdona que conteste tan tarde", "llevamos una semana de locos",
        "te he llamado antes", "te escribo desde el tren", "cualquier duda me dices",
        "Tomás Ríos | Oficina | Calle Molino 4 | tel. 911 840 118 | www.rios.example",
        "Este mensaje es confidencial", "Antes de imprimir piense en el medio ambiente", "te reenvío esto",
        "enviado desde mi móvil", "pues nada, eso",
    ),
    "it": (
        "spero tutto bene", "scusa se rispondo tardi", "settimana piena qui", "ho provato a chiamarla",
        "due righe dal treno", "per qualsiasi dubbio sono qui",
        "Tommaso Riva | Ufficio | via del Mulino 4 | tel. 011 840 0118 | www.riva.example",
        "Questo messaggio è riservato", "Prima di stampare pensa all'ambiente", "ti inoltro quanto sotto",
        "inviato dal telefono", "ecco, insomma",
    ),
    "nl": (
        "hopelijk gaat alles goed", "sorry voor de late reactie", "drukke week hier", "ik probeerde u te bellen",
        "even snel vanuit de trein", "bij vragen hoor ik het graag",
        "Tom Riet | Kantoor | Molenstraat 4 | tel. 011 840 0118 | www.riet.example",
        "Dit bericht is vertrouwelijk", "Denk aan het milieu voordat u print", "ter info, zie hieronder",
        "verstuurd vanaf mijn telefoon", "nou ja",
    ),
    "pt": (
        "espero que esteja bem", "desculpe a demora", "semana complicada por aqui", "tentei ligar-lhe",
        "duas linhas do comboio", "qualquer dúvida diga",
        "Tomás Reis | Escritório | Rua do Moinho 4 | tel. 211 840 118 | www.reis.example",
        "Esta mensagem é confidencial", "Antes de imprimir pense no ambiente", "para conhecimento, ver abaixo",
        "enviado do telemóvel", "pronto, é isso",
    ),
}  # fmt: skip
"""What stands between and below, and says nothing of the kind either."""
BULK = {"newsletter": 1.0, "advertising": 0.6, "notice": 0.15, "bank": 0.05, "delivery": 0.1, "school": 0.05}
FILES = {
    "receipt": (0.6, "invoice.pdf"),
    "quote": (0.5, "document.pdf"),
    "application": (0.7, "cv.pdf"),
    "official": (0.2, "letter.pdf"),
    "follow_up": (0.1, "notes.docx"),
    "school": (0.1, "info.pdf"),
    "appointment": (0.1, "invite.ics"),
    "quote_request": (0.15, "plan.pdf"),
    "complaint": (0.1, "photo.jpg"),
}
"""How often something is attached to mails of a kind."""


@dataclass(frozen=True)
class Learnt:
    """One message: what is counted of it, what is known beside, its label, and the set that it is from, if it is."""

    parts: Parts
    facts: dict[str, float]
    label: str
    half: str = ""
    weight: float = 1.0


def sayings() -> dict[tuple[str, str, str], list[str]]:
    """By kind, domain and language."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    text = (DATA / "routing_sayings.txt").read_text(encoding="utf-8")
    for block in f"\n{text}".split("\n== ")[1:]:
        heading, *lines = block.strip().split("\n")
        kind, domain = heading.split()
        for line in lines:
            language, _, rest = line.partition(": ")
            found[kind, domain, language] += [one.strip() for one in rest.split(" | ")]
    return found


def made(rng: random.Random, rounds: int) -> list[Learnt]:
    """Messages made of one saying or of several of the same kind."""
    out = []
    for what, every in sorted(sayings().items()):
        for turn in range(rounds):
            for one in every:
                more = rng.sample(every, min(len(every), rng.choice([0, 0, 1, 2]) if turn else 0))
                out.append(_message(rng, what, [one, *(other for other in more if other != one)]))
    return out


def _message(rng: random.Random, what: tuple[str, str, str], said: list[str]) -> Learnt:
    kind, domain, language = what
    label = f"{kind}/{domain}"
    said = _roughened(rng, language, said)
    is_bulk = rng.random() < BULK.get(kind, 0.01)
    if kind not in {"newsletter", "advertising", "receipt"} and rng.random() < 0.35:
        text = " ".join(said)
        seen = RoutedText("message", words=text)
        return _learnt(seen, MailFacts(text=text), label)
    greeting, closing = (rng.choice(one) for one in FILLERS[language])
    subject = said.pop() if len(said) > 1 and rng.random() < 0.7 else ""
    if len(said) == 1 and not subject and rng.random() < 0.3:
        subject, said = said[0], []
    share, name = FILES.get(kind, (0.02, "file.pdf"))
    mail = MailFacts(
        subject=subject,
        text="\n".join(filter(None, [greeting, ". ".join(said), closing])),
        auth_results=FAIL if kind == "phishing" and rng.random() < 0.4 else PASS,
        list_unsubscribe="<https://lists.example/u>" if is_bulk else "",
        attachments=(name,) if rng.random() < share else (),
    )
    return _learnt(RoutedText.of_mail(mail), mail, label)


def _roughened(rng: random.Random, language: str, said: list[str]) -> list[str]:
    """The same as people write it: with chatter and signatures, in small letters, with typing mistakes."""
    if rng.random() < WITH_CHATTER:
        said = [*said, *rng.sample(CHATTER[language], rng.choice([1, 1, 2, 3]))]
        if rng.random() < WITH_CHATTER:
            rng.shuffle(said)
    if rng.random() < IN_SMALL_LETTERS:
        said = [one.casefold() for one in said]
    return [_mistyped(rng, one) for one in said] if rng.random() < WITH_MISTAKES else said


def _mistyped(rng: random.Random, text: str) -> str:
    """Some letters left out, doubled or swapped with the next, and accents forgotten."""
    out = []
    for word in text.split(" "):
        at = rng.randrange(1, max(2, len(word) - 1))
        if len(word) > SHORT and rng.random() < MISTAKES:
            forms = (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
            word = rng.choice(forms)  # noqa: PLW2901 - the same word
        out.append(word)
    return " ".join(out)


def _learnt(seen: RoutedText, mail: MailFacts, label: str) -> Learnt:
    return Learnt(parts_of(mail.subject, seen.body), facts_of(seen, topics(mail, seen.body)), label)


def of_sets(rng: random.Random) -> list[Learnt]:
    """The messages of the sets; the rules were made for the first two, so that there they are mostly not heard."""
    out = []
    for half in LEARNT:
        for one in examples(half):
            if one.kind == "owner_request":
                continue
            seen = one.seen
            sender = sender_of(one.mail) if seen.mail else ""
            parts = parts_of(one.mail.subject, seen.body, sender)
            is_heard = half not in FOR_RULES or rng.random() < 0.3
            facts = facts_of(seen, topics(one.mail, seen.body) if is_heard else [])
            out.append(Learnt(parts, facts, f"{one.kind}/{one.domain}", half, OF_SETS))
    return out


def sender_of(mail: MailFacts) -> str:
    """The words of a sender."""
    return f"{mail.sender_name} {mail.sender_address.replace('@', ' ').rpartition('.')[0]}"


class Space:
    """How messages become rows: the parts that are not rare, vectors of words, and facts."""

    def __init__(self, learnt: Sequence[Learnt], vectors: Path | None) -> None:
        counts: dict[str, int] = defaultdict(int)
        for one in learnt:
            for group in one.parts.groups():
                for part in group:
                    counts[part] += 1
        self.names = sorted(part for part, count in counts.items() if count >= RARE)
        self.at = {name: place for place, name in enumerate(self.names)}
        total = len(learnt)
        self.idf = np.array([min(3.0, 0.5 + 0.35 * np.log(total / counts[name])) for name in self.names])
        self.facts = sorted({name for one in learnt for name in one.facts})
        self.vector: dict[str, int] = {}
        self.vectors = np.zeros((0, VECTOR_LENGTH), np.float32)
        if vectors:
            self._read(vectors, counts, total)

    def _read(self, path: Path, counts: dict[str, int], total: int) -> None:
        with np.load(path) as file:
            words, raw = [str(word) for word in file["words"]], file["v"].astype(np.float32)
        raw -= raw.mean(axis=0)
        _, _, axes = np.linalg.svd(raw[::4], full_matrices=False)
        short = raw @ axes[:VECTOR_LENGTH].T
        short /= np.linalg.norm(short, axis=1, keepdims=True) + 1e-9
        usual = np.array(
            [min(1.0, 0.15 + 0.17 * np.log(total / max(1, counts.get(word, 1)))) for word in words]
        )
        self.vectors = (short * np.maximum(usual, 0.05)[:, None]).astype(np.float32)
        self.vector = {word: place for place, word in enumerate(words)}

    def rows(self, learnt: Sequence[Learnt]) -> csr_matrix:
        """A matrix of parts, vectors and facts."""
        data, columns, starts = [], [], [0]
        dense = np.zeros((len(learnt), self.vectors.shape[1] + len(self.facts)), np.float32)
        for row, one in enumerate(learnt):
            for group in one.parts.groups():
                for part in group:
                    if part in self.at:
                        columns.append(self.at[part])
                        data.append(self.idf[self.at[part]] / len(group) ** 0.5)
            starts.append(len(columns))
            known = [self.vector[word] for word in one.parts.words if word in self.vector]
            if known:
                mean = self.vectors[known].sum(axis=0) / len(one.parts.words) ** 0.5
                dense[row, : self.vectors.shape[1]] = OF_VECTORS * mean
            for name, value in one.facts.items():
                if name in self.facts:
                    dense[row, self.vectors.shape[1] + self.facts.index(name)] = value
        sparse = csr_matrix(
            (np.array(data, np.float32), columns, starts), shape=(len(learnt), len(self.names))
        )
        return hstack([sparse, csr_matrix(dense)]).tocsr()


def learn(
    rows: csr_matrix, wanted: np.ndarray, weight: np.ndarray, classes: int, penalty: float
) -> np.ndarray:
    """Weights and bias (the last row) of a multinomial logistic regression."""
    count, width = rows.shape
    hot = np.zeros((count, classes), np.float32)
    hot[np.arange(count), wanted] = 1
    hot = 0.97 * hot + 0.03 / classes
    across = rows.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(width + 1, classes).astype(np.float32)
        score = rows @ table[:-1] + table[-1]
        score -= score.max(axis=1, keepdims=True)
        p = np.exp(score)
        total = p.sum(axis=1, keepdims=True)
        value = float((weight[:, None] * hot * (np.log(total) - score)).sum())
        p = (p / total - hot) * weight[:, None]
        grad = np.vstack([across @ p + penalty * table[:-1], p.sum(axis=0)])
        return value + penalty / 2 * float((table[:-1] ** 2).sum()), grad.ravel().astype(np.float64)

    begin, options = np.zeros((width + 1) * classes), {"maxiter": 60, "maxcor": 6}
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options=options)
    return found.x.reshape(width + 1, classes).astype(np.float32)


def sharpness_of(scores: np.ndarray, wanted: np.ndarray) -> float:
    """With what the scores are multiplied, so that what was left out is likeliest."""

    def cost(sharp: float) -> float:
        s = scores * sharp
        s = s - s.max(axis=1, keepdims=True)
        return float((np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(s)), wanted]).mean())

    return min(np.arange(0.3, 3.0, 0.05), key=cost)


def checked(learnt: Sequence[Learnt], rows: csr_matrix, wanted: np.ndarray, penalty: float) -> float:
    """The sharpness, by sets left out whole; prints how many would be sure from each probability on, and right."""
    weight, halves = np.array([one.weight for one in learnt]), np.array([one.half for one in learnt])
    classes = int(wanted.max()) + 1
    scores = np.zeros((len(learnt), classes))
    for half in LEFT_OUT:
        kept, left = halves != half, halves == half
        table = learn(rows[kept], wanted[kept], weight[kept].astype(np.float32), classes, penalty)
        scores[left] = rows[left] @ table[:-1] + table[-1]
    out = np.isin(halves, LEFT_OUT)
    sharp = sharpness_of(scores[out], wanted[out])
    p = np.exp((scores - scores.max(axis=1, keepdims=True)) * sharp)
    sure, right = (p / p.sum(axis=1, keepdims=True)).max(axis=1), scores.argmax(axis=1) == wanted
    for name, which in [("all", out), *((half, halves == half) for half in LEFT_OUT)]:
        print(f"{name}: {which.sum()}, right {right[which].mean():.3f}, sharpness {sharp:.2f}")
        for low in CLEARS:
            within = which & (sure >= low)
            wrong = int((within & ~right).sum())
            print(
                f"  from {low}: {within.sum() / which.sum():.3f}, wrong {wrong}, right {right[within].mean():.4f}"
            )
    return sharp


def main() -> None:
    """Learn, print what left out sets say of it, and write the weights."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--penalty", type=float, default=0.5)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    rng = random.Random(7)  # noqa: S311 - made messages are no secret
    learnt = made(rng, args.rounds) + of_sets(rng)
    labels = sorted({one.label for one in learnt})
    wanted = np.array([labels.index(one.label) for one in learnt])
    weight = np.array([one.weight for one in learnt], np.float32)
    space = Space(learnt, args.vectors)
    rows = space.rows(learnt)
    print(rows.shape, len(labels), flush=True)
    sharp = checked(learnt, rows, wanted, args.penalty) if args.check else 1.0
    table = learn(rows, wanted, weight, len(labels), args.penalty)
    write(space, table, labels, sharp)


def write(space: Space, learnt: np.ndarray, labels: list[str], sharp: float) -> None:
    """Fold the vectors into weights of words, and write all of them as bytes."""
    parts, length = len(space.names), space.vectors.shape[1]
    table: dict[int, np.ndarray] = {}
    for name, idf, row in zip(space.names, space.idf, learnt[:parts], strict=True):
        table[key_of(name)] = table.get(key_of(name), 0) + row * idf
    for word, at in space.vector.items():
        row = OF_VECTORS * space.vectors[at] @ learnt[parts : parts + length]
        table[key_of(word)] = table.get(key_of(word), 0) + row
    keys = np.array(sorted(table), np.uint32)
    weights = np.array([table[int(key)] for key in keys])
    weights -= weights.mean(axis=1, keepdims=True)
    scale = float(np.quantile(np.abs(weights), 0.9999)) / 127
    small = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    kept = np.abs(small).max(axis=1) > 1
    np.savez_compressed(
        TARGET, labels=np.array(labels), keys=keys[kept], weights=small[kept], scale=scale, bias=learnt[-1],
        fact_names=np.array(space.facts), fact_weights=learnt[parts + length : -1], sharpness=sharp,
    )  # fmt: skip
    print(TARGET, kept.sum(), TARGET.stat().st_size)


if __name__ == "__main__":
    main()
