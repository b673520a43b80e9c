"""Things that a fact can be about, and values that it can state."""

import re
from collections.abc import Callable

from core.pretrain.skills.drawing import Draw, capital
from core.pretrain.skills.tables import phrases, words

CLOSE = ["", "", "n", "r", "l", "s", "x", "nd", "m", "t", "ck"]
UNITS = ["days", "hours", "weeks", "months", "minutes", "working days", "years"]
CURRENCIES = ["{} euros", "{} dollars", "${}", "€{}", "£{}", "{} pounds", "{} EUR", "USD {}"]


def syllables(draw: Draw) -> str:
    """A made-up name of two or three syllables."""
    parts = [
        draw.one(words("first sounds")) + draw.one(words("vowels"))
        for _ in range(draw.rng.randint(2, 3))
    ]
    return capital("".join(parts) + draw.one(CLOSE))


def proper(draw: Draw) -> str:
    """A name: invented, or a real one."""
    return draw.name(lambda d: syllables(d) if d.chance(0.5) else d.one(d.words.proper))


TITLES = ("Dr", "Ms", "Mr", "Mrs", "Dr.", "Ms.", "Mr.", "Mrs.", "Professor", "Captain", "Judge")


def person(draw: Draw) -> str:
    """One or two names, now and then with a title or as a role."""
    shape = draw.one(["{a}", "{a}", "{a} {b}", "{a} {b}", "{a} {b}", "{t} {b}", "{t} {a} {b}"])
    shape = shape.replace("{t}", draw.one(TITLES))
    return shape.format(a=proper(draw), b=proper(draw))


def body(draw: Draw) -> str:
    """Who is responsible when it is no person: a team, a desk, an office."""
    shape = draw.one(
        ["the {n} team", "the {a} desk", "the {n} office", "the {p} department", "the {n} manager"]
    )
    return shape.format(n=noun(draw), a=adjective(draw), p=proper(draw))


def place(draw: Draw) -> str:
    """Where something is."""
    shapes = [
        "{p}",
        "{p}",
        "the {p} office",
        "{p} Street",
        "the {n} room",
        "the {a} {n}",
        "{p} {q}",
    ]
    return draw.one(shapes).format(p=proper(draw), q=proper(draw), n=noun(draw), a=adjective(draw))


def noun(draw: Draw) -> str:
    """One common noun."""
    return draw.one(draw.words.nouns)


def plural(draw: Draw) -> str:
    """Several of one common noun."""
    word = noun(draw)
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    if re.search("([ae]l|i)fe?$", word):
        return f"{re.sub('fe?$', '', word)}ves"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def adjective(draw: Draw) -> str:
    """One adjective."""
    return draw.one(draw.words.adjectives)


def thing(draw: Draw) -> str:
    """An object with its article."""
    shapes = ["the {n}", "the {a} {n}", "the {a} {n}", "the {p} {n}", "the {n} {m}"]
    return draw.one(shapes).format(n=noun(draw), m=noun(draw), a=adjective(draw), p=proper(draw))


def topic(draw: Draw) -> str:
    """What a rule can be about."""
    if draw.chance(0.5):
        return draw.one(phrases("topics"))
    return draw.one(["{s}", "{a} {s}", "{n} {s}", "the {n} {m}"]).format(
        n=noun(draw), s=plural(draw), m=noun(draw), a=adjective(draw)
    )


def number(draw: Draw) -> str:
    """A count: digits mostly, sometimes a word."""
    if draw.chance(0.25):
        return draw.one(words("numbers"))
    return str(draw.rng.randint(2, draw.one([30, 99, 999, 5000])))


def counted(template: str, value: str) -> str:
    """The number with what it counts, where the sentence says so: "34 pupils", not "34"."""
    what = re.search(r"\{[vV]\} ([a-z]+s|people|children)\b", template)
    return f"{value} {what[1]}" if what and what[1] not in ("is", "has", "was", "as") else value


def duration(draw: Draw) -> str:
    """A length of time."""
    return f"{number(draw)} {draw.one(UNITS)}"


def money(draw: Draw) -> str:
    """A price."""
    whole = draw.rng.randint(1, draw.one([20, 100, 2000]))
    cents = f".{draw.rng.randint(0, 99):02d}" if draw.chance(0.3) else ""
    return draw.one(CURRENCIES).format(f"{whole}{cents}")


def percent(draw: Draw) -> str:
    """A share."""
    return f"{draw.rng.randint(1, 100)}{draw.one([' percent', '%'])}"


def date(draw: Draw) -> str:
    """A day of the year."""
    day, month = draw.rng.randint(1, 28), draw.one(words("months"))
    return draw.one(
        [f"{day} {month}", f"{month} {day}", f"{day} {month} {draw.rng.randint(1950, 2040)}"]
    )


def clock(draw: Draw) -> str:
    """A time of day."""
    hour = draw.rng.randint(1, 12)
    return draw.one([f"{hour} am", f"{hour} pm", f"{hour}:{draw.one(['00', '15', '30', '45'])}"])


def weekday(draw: Draw) -> str:
    """One day of the week, or a stretch of them."""
    first, last = draw.rng.sample(words("weekdays"), 2)
    return draw.one([first, first, f"{first} to {last}", f"{first} and {last}"])


def code(draw: Draw) -> str:
    """A reference of letters and digits."""
    letters = "".join(draw.one("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(draw.rng.randint(1, 3)))
    return f"{letters}{draw.one(['-', '', ''])}{draw.rng.randint(10, 9999)}"


def email(draw: Draw) -> str:
    """An address to write to."""
    return f"{noun(draw)}@{proper(draw).lower()}.{draw.one(['com', 'org', 'example', 'net'])}"


def action(draw: Draw) -> str:
    """Something one can do, as a verb with its object."""
    verb = draw.one(draw.words.verbs)
    shapes = ["{v} the {n}", "{v} the {a} {n}", "{v} a {n}", "{v} {p}", "{v} the {n} to {p}"]
    return draw.one(shapes).format(v=verb, n=noun(draw), a=adjective(draw), p=proper(draw))


def item(draw: Draw) -> str:
    """An object with an indefinite article, or several."""
    shapes = ["a {n}", "a {a} {n}", "{k} {s}", "a {n} and a {m}"]
    made = draw.one(shapes).format(
        n=noun(draw), s=plural(draw), m=noun(draw), a=adjective(draw), k=number(draw)
    )
    return re.sub(r"\ba (?=[aeiou])", "an ", made)


def goods(draw: Draw) -> str:
    """Things in the plural, as a shop speaks of them."""
    shapes = ["{n}", "{a} {n}", "unopened {n}", "used {n}", "{m} {n}", "{p} {n}", "sale {n}"]
    return draw.one(shapes).format(n=plural(draw), m=noun(draw), a=adjective(draw), p=proper(draw))


def group(draw: Draw) -> str:
    """People with something in common."""
    return draw.one(["{g}", "{a} {g}", "{p} {g}", "{g} from {p}", "{g} with {i}"]).format(
        g=draw.one(words("groups")), a=adjective(draw), p=proper(draw), i=item(draw)
    )


def condition(draw: Draw) -> str:
    """What must hold, as the end of a sentence."""
    shapes = [
        "if the {n} is {a}", "only with {i}", "with {i}", "unless the {n} is {a}", "after {d}",
        "when {p} agrees", "as long as the {n} is {a}", "without {i}", "once you {c}", "in {k}",
    ]  # fmt: skip
    return draw.one(shapes).format(
        n=noun(draw), a=adjective(draw), i=item(draw), d=duration(draw), p=person(draw),
        c=action(draw), k=draw.one(words("months")),
    )  # fmt: skip


def means(draw: Draw) -> str:
    """By what or in what form."""
    shapes = [
        "as {n} credit", "by {n}", "to the original {n}", "in cash", "by card",
        "through the {n} app", "by bank transfer", "with {i}", "via {p}",
        "by {n} within {d}", "at the {n} desk",
    ]  # fmt: skip
    return draw.one(shapes).format(n=noun(draw), i=item(draw), p=proper(draw), d=duration(draw))


def phone(draw: Draw) -> str:
    """A number to dial."""
    parts = [str(draw.rng.randint(10, 999)) for _ in range(draw.rng.randint(2, 3))]
    return draw.one([" ", "-"]).join(parts)


def several(draw: Draw) -> str:
    """A list of two to four things of one sort."""
    make = draw.one((noun, plural, proper, thing, clock, date, number, code))
    *first, last = [make(draw) for _ in range(draw.rng.randint(2, 4))]
    return f"{', '.join(first)}{draw.one((' and ', ' and ', ', and '))}{last}"


VALUES: dict[str, Callable[[Draw], str]] = {
    "person": person,
    "owner": lambda draw: person(draw) if draw.chance(0.6) else body(draw),
    "place": place,
    "thing": thing,
    "item": item,
    "number": number,
    "duration": duration,
    "money": money,
    "percent": percent,
    "date": date,
    "clock": clock,
    "weekday": weekday,
    "code": code,
    "email": email,
    "action": action,
    "condition": condition,
    "means": means,
    "phone": phone,
    "colour": lambda draw: draw.one(words("colours")),
    "material": lambda draw: draw.one(words("materials")),
    "list": several,
    "amount": lambda draw: draw.one([duration, money, percent, number])(draw),
}
