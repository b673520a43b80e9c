"""Personal data in the examples, and how it is masked."""

import ipaddress
import json
import re
from collections import defaultdict
from collections.abc import Iterator

from core.records import Finding
from core.tasks.gate import national, phones, secrets
from core.tasks.gate.examined import Check, Examined, listed
from core.tasks.gate.traces import OF_A_THING, Trace, digits, letters_and_digits, unescaped

TITLES = {
    "email": "E-mail addresses stand in the examples",
    "phone": "Phone numbers stand in the examples",
    "card": "Card numbers stand in the examples",
    "iban": "Bank account numbers (IBAN) stand in the examples",
    "ip": "IP addresses stand in the examples",
    "national id": "National id numbers stand in the examples",
}
NUMBER = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}")  # six digits near each other: worth a closer look

EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w-])")
OF_SAMPLES = re.compile(r"(?i)@(?:[\w-]+\.)*(?:example(?:\.\w+)?|test|invalid|localhost)$")
CARD = re.compile(
    r"(?<![\w.+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|\d{4}([ -]?)\d{6}\2\d{4,5}|\d{13,19})"
    r"(?!\w|-\d)"
)
NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|62\d{14,17}|(?:5018|5020|5038|6304|6759|676[1-3])\d{8,15}"
)  # Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay, Maestro
IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS", 23: "AE GI IL IQ OM TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC",
    32: "LC", 33: "RU",
}  # fmt: skip
IBAN = re.compile(
    r"(?i)(?<![A-Z0-9])(?:"
    + "|".join(
        rf"(?:{lands.replace(' ', '|')})\d\d(?:[ -]?[A-Z0-9]){{{length - 4}}}"
        for length, lands in IBAN_LENGTHS.items()
    )
    + r")(?![A-Z0-9])"
)
IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
IP6 = re.compile(r"(?i)(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])")
SMALL = 20
VERSION = re.compile(r"(?i)(?:\b(?:version|release|build|firmware|section|chapter|v)|§)\W{0,3}$")


def of_a_person(address: str) -> bool:
    """Whether an e-mail address is not one of those kept for samples (RFC 2606)."""
    return not OF_SAMPLES.search(address)


def card(text: str) -> bool:
    """A number that some card network gives out, and that passes Luhn's test."""
    number = digits(text)
    doubled = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(number))]
    return bool(NETWORKS.fullmatch(number)) and sum(n - 9 * (n > 9) for n in doubled) % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616: with its first four characters at the end, the rest by 97 is 1."""
    said = letters_and_digits(text)
    return int("".join(str(int(sign, 36)) for sign in said[4:] + said[:4])) % 97 == 1


def address(text: str) -> bool:
    """An IP address of some machine: not the own one, no mask, no slice "1::2".

    Four small numbers ("2.1.2.3") count as those of a section.
    """
    try:
        read = ipaddress.ip_address(text)
    except ValueError:
        return False
    if read.version == 6 and len(text) < 6:
        return False
    if read.version == 4 and not text.startswith("10.") and max(read.packed) < SMALL:
        return False
    return not (read.is_loopback or read.is_unspecified or text.startswith(("255.", "0.")))


EMAILS = Trace("email", EMAIL, of_a_person)
NUMBERS = (
    Trace("iban", IBAN, iban),
    Trace("card", CARD, card, veto=OF_A_THING),
    *national.TRACES,
)
IPS = (Trace("ip", IP4, address, veto=VERSION), Trace("ip", IP6, address))


def suspects(text: str) -> Iterator[Trace]:
    """The traces that are worth looking for in this text; the surer ones first."""
    if "@" in text:
        yield EMAILS
    numbers = NUMBER.search(text)
    if numbers:
        yield from NUMBERS
    if text.count(".") > 2 or text.count(":") > 1:
        yield from IPS
    if numbers:
        yield from phones.TRACES


def found(text: str) -> tuple[tuple[int, int, str], ...]:
    """Start, end and word of each trace, secrets included, in order; none overlaps another."""
    plain = unescaped(text)
    taken: list[tuple[int, int, str]] = []
    covered: set[int] = set()
    for trace in (*secrets.suspects(plain), *suspects(plain)):
        for start, end in trace.spans(plain):
            if covered.isdisjoint(range(start, end)):
                taken.append((start, end, trace.word))
                covered.update(range(start, end))
    return tuple(sorted(taken))


def masked(text: str) -> str:
    """The text with a word in brackets for all personal data and secrets: "[email]", "[secret]".

    What was JSON stays JSON: a number that is masked becomes a text.
    """
    quoted = _is_json(text) and not _is_json(_replaced(text, quoted=False))
    return _replaced(text, quoted)


def _replaced(text: str, quoted: bool) -> str:
    parts, done = [], 0
    for start, end, word in found(text):
        bare = quoted and text[:start].rstrip()[-1:] in (":", ",", "[")
        parts += [text[done:start], f'"[{word}]"' if bare else f"[{word}]"]
        done = end
    return "".join((*parts, text[done:]))


def _is_json(text: str) -> bool:
    try:
        return text[:1] in ("{", "[") and json.loads(text) is not None
    except (ValueError, RecursionError):
        return False


def personal_data(examined: Examined) -> Iterator[Finding]:
    """Rows that hold data of a person, one finding for each kind."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row in examined.task.examples:
        for word in {trace[2] for text in (row.input, row.reference) for trace in found(text)}:
            rows[word].append(row.row)
    for word, title in TITLES.items():
        yield from listed(
            word.replace(" ", "-"),
            title,
            rows[word],
            "Mask them, or make sure that you may use them here.",
            why="A tuned model can learn them by heart and tell them to anyone.",
            fix="mask",
        )


CHECKS: tuple[Check, ...] = (personal_data,)
