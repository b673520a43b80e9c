"""Answers beside what was read, with what a careful reader would mark in each, written by hand.

In an answer `[1:words]` must be supported by the first passage, `[2:words]` by the second, and
`[-:words]` by none; words outside brackets may be marked or not: stop words, repeated questions
and what a reader could argue about. The rules were written with `SEEN` at hand, then measured and
mended on `SECOND` and on `THIRD`; `FRESH` was written after that, and no rule was changed for it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.records import Passage
from core.retrieval.citing import Stretch, cite
from core.retrieval.wording import Word, words

MARK = re.compile(r"\[(\d|-):([^\]]*)\]")


@dataclass(frozen=True)
class Case:
    """One answer with its passages."""

    kind: str
    question: str
    read: tuple[str, ...]  # `Title | text` or the text alone
    marked: str  # the answer with its brackets

    @property
    def answer(self) -> str:
        """The answer as a model would write it."""
        return MARK.sub(r"\2", self.marked)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What was read."""
        found = []
        for number, said in enumerate(self.read):
            title, text = said.split(" | ", 1) if " | " in said else ("Notes", said)
            found.append(Passage(f"{number}.md", title, "", text, 0, len(text)))
        return tuple(found)

    @property
    def wanted(self) -> list[tuple[int, int, int | None]]:
        """Start and end in the answer with the passage wanted there, from 0; None for none."""
        found, gone = [], 0
        for mark in MARK.finditer(self.marked):
            start = mark.start() - gone
            gone += len(mark[0]) - len(mark[2])
            found.append(
                (start, start + len(mark[2]), None if mark[1] == "-" else int(mark[1]) - 1)
            )
        return found


@dataclass(frozen=True)
class Figures:
    """Words of answers, counted. Stop words are left out."""

    cited: int  # of the words that the reader marked, those cited by a passage
    wrong: int  # of these, the ones that no passage or another passage supports
    unsupported: int  # words that no passage supports
    wrongly_supported: int  # of these, the ones cited all the same
    supported: int  # words that a passage supports
    missed: int  # of these, the ones marked as unsupported or not at all

    def __str__(self) -> str:
        return (
            f"{self.wrong} of {self.cited} cited words are cited wrongly, "
            f"{self.wrongly_supported} of {self.unsupported} unsupported words are cited, "
            f"{self.missed} of {self.supported} supported words are missed"
        )


def measured(cases: Iterable[Case]) -> Figures:
    """Hold what is marked against what the reader marked, word by word."""
    pairs = [pair for case in cases for pair in _pairs(case)]
    cited = [(wanted, found) for wanted, found in pairs if found is not None]
    bare = [found for wanted, found in pairs if wanted is None]
    held = [found for wanted, found in pairs if wanted is not None]
    return Figures(
        cited=len(cited),
        wrong=sum(wanted != found for wanted, found in cited),
        unsupported=len(bare),
        wrongly_supported=sum(found is not None for found in bare),
        supported=len(held),
        missed=sum(found is None for found in held),
    )


def _pairs(case: Case) -> Iterator[tuple[int | None, int | None]]:
    """The passage wanted and the one found, of each word that the reader marked."""
    stretches = cite(case.answer, case.passages, case.question)
    for word in words(case.answer):
        wanted = [passage for start, end, passage in case.wanted if start <= word.start < end]
        if wanted and (word.tells or word.kind == "not"):
            yield wanted[0], _found(word, stretches)


def _found(word: Word, stretches: Iterable[Stretch]) -> int | None:
    return next((one.passage for one in stretches if one.start <= word.start < one.end), None)


SOLES = "Boot resoling | A pair of new soles costs 68 pounds. The cobbler needs 24 days."
EXPRESS = "Boot resoling | The express service costs an additional 29 pounds and takes 3 days."
DOGS = "Dogs in the store | Each customer may bring two dogs into the store. Dogs may not enter the cafe."
HOURS = "Climbing wall | The wall opens at 9.30 am on weekdays. On Sundays it stays closed."
RETURNS = (
    "Returns | Unworn boots can be returned within 45 days. "
    "The shop does not take back climbing ropes. Refunds reach the card after 6 working days."
)
CARDS = "Payments | Contactless cards work up to 85 pounds. Cash is accepted up to 1,250 pounds."
RENT = "Tent rental | Ms. Petra Gladwyn rents out tents. A family tent costs 19 pounds per night."

SEEN = (
    Case("short", "How much are new soles?", (SOLES, EXPRESS), "[1:68 pounds]"),
    Case("short", "How long does the cobbler need?", (EXPRESS, SOLES), "[2:24 days]"),
    Case("short", "Who rents out tents?", (RENT,), "[1:Petra Gladwyn]"),
    Case("short", "When does the wall open?", (HOURS, DOGS), "[1:9.30 am]"),
    Case("short", "How long may I return boots?", (RETURNS,), "[1:45] days"),
    Case("verbatim", "Price of soles?", (SOLES,), "[1:A pair of new soles costs 68 pounds.]"),
    Case("verbatim", "Dogs?", (SOLES, DOGS), "[2:Each customer may bring two dogs into the store.]"),
    Case("verbatim", "Refunds?", (RETURNS,), "[1:Refunds reach the card after 6 working days.]"),
    Case("wrong number", "How much are new soles?", (SOLES,), "[-:86] pounds"),
    Case("wrong number", "How much are new soles?", (SOLES,), "New soles cost [-:65] pounds."),
    Case("wrong number", "Return time?", (RETURNS,), "Unworn boots can be returned within [-:30] days."),
    Case("wrong number", "How many dogs?", (DOGS,), "Each customer may bring [-:three] dogs."),
    Case("wrong number", "Cash limit?", (CARDS,), "Cash is accepted up to [-:1,350] pounds."),
    Case("swapped number", "How much are new soles?", (SOLES,), "New soles cost [-:24] pounds."),
    Case("swapped number", "Express price?", (SOLES, EXPRESS), "The express service costs [-:68] pounds."),
    Case("swapped number", "Contactless?", (CARDS,), "Contactless cards work up to [-:1,250] pounds."),
    Case("swapped number", "Refund time?", (RETURNS,), "Refunds reach the card after [-:45] days."),
    Case("negation", "Dogs in the cafe?", (DOGS,), "Dogs may [-:enter] the [-:cafe]."),
    Case("negation", "Climbing ropes?", (RETURNS,), "The shop [-:takes back climbing ropes]."),
    Case("negation", "Climbing ropes?", (RETURNS,), "The shop [1:does not take back climbing ropes]."),
    Case("negation", "Dogs in the cafe?", (DOGS,), "No, [1:dogs may not enter the cafe]."),
    Case("negation", "Dogs?", (DOGS,), "Customers may [-:not bring] dogs into the store."),
    Case("negation", "Open on Sundays?", (HOURS,), "[1:On Sundays it stays closed]."),
    Case("negation", "Where may dogs not go?", (DOGS,), "the [1:cafe]"),
    Case("paraphrase", "Soles?", (SOLES,), "Replacing your [1:soles] will be [1:68 pounds]."),
    Case("paraphrase", "How long?", (SOLES,), "Expect it back from the [1:cobbler] in [1:24 days]."),
    Case("paraphrase", "Dogs?", (DOGS,), "You can come in with up to [1:two dogs]."),
    Case("two sources", "Cost?", (SOLES, EXPRESS),
         "[1:New soles cost 68 pounds]. [2:The express service costs an additional 29 pounds]."),
    Case("two sources", "Dogs and tents?", (RENT, DOGS),
         "[1:A family tent costs 19 pounds per night], and you may [2:bring two dogs into the store]."),
    Case("two sources", "Limits?", (CARDS, RETURNS),
         "[1:Cash is accepted up to 1,250 pounds]; [2:refunds reach the card after 6 working days]."),
    Case("addition", "Soles?", (SOLES,), "[1:New soles cost 68 pounds] and are [-:waterproof]."),
    Case("addition", "Dogs?", (DOGS,), "[1:Each customer may bring two dogs], and [-:cats] too."),
    Case("addition", "Tents?", (RENT,), "[1:A family tent costs 19 pounds per night], [-:breakfast included]."),
    Case("addition", "Wall?", (HOURS,), "[1:The wall opens at 9.30 am on weekdays] and [-:8] am on [-:Saturdays]."),
    Case("json", "Soles?", (SOLES,), '{"answer": "[1:68 pounds]", "document": "[1:Boot resoling]"}'),
    Case("json", "Soles?", (SOLES,), '{"answer": "[-:72] pounds", "document": "[1:Boot resoling]"}'),
    Case("json", "Wall?", (HOURS, SOLES), '{"open": "[1:9.30 am]", "closed": ["[1:Sundays]"]}'),
    Case("form", "Cash?", (CARDS,), "[1:Cash] is [1:accepted] up to [1:£1250]."),
    Case("form", "Dogs?", (DOGS,), "[1:2 dogs]"),
    Case("form", "Return?", (RETURNS,), "[1:UNWORN BOOTS] within [1:forty-five days]."),
    Case("abstention", "Parking?", (SOLES, DOGS), "[-:]The documents do not say."),
    Case("nothing", "Parking?", (SOLES,), "[-:Parking] is [-:free] behind the [-:church]."),
)  # fmt: skip

LEAVE = (
    "Annual leave | Full-time staff get 28 days of annual leave. Part-time staff get 17 days. "
    "Up to five unused days move into the next year. Nobody may carry over more than that."
)
PARENTS = "Parental leave | Parents get 14 weeks of paid leave. Requests go to Human Resources by 1 March."
TRAVEL = (
    "Travel expenses | Hotels are paid up to 140 euros a night, except in Zurich, where the limit "
    "is 210 euros. First-class trains need approval from the finance director."
)
ROUTER = (
    "Router manual | Hold the reset button for ten seconds.\nThe lamp then blinks amber. "
    "Firmware 4.2.1 does not support WPA3. Model QX-204 weighs 640 grams."
)
TABLE = "Fees | Plan | Price | Seats\n| Basic | 12 euros | 3 |\n| Team | 49 euros | 25 |"
FEES = "Plans and fees | Basic costs 12 euros a month for 3 seats.\n\nTeam costs 49 euros a month for 25 seats."
DRUG = (
    "Leaflet | Adults take one tablet every 8 hours. Do not take more than 3 tablets a day. "
    "The tablets are unsuitable for children under 12."
)
LEASE = (
    "Lease | The tenant pays a deposit of 1,800 pounds. The landlord returns the deposit within "
    "ten days of the end of the lease, unless the flat is damaged. Pets need written consent."
)
MUSEUM = (
    "Museum | The museum closes on Tuesdays. Tickets cost 15% less after 4 pm. "
    "Photography without flash is allowed. The Rembrandt hall is on the second floor."
)
LIBRARY = "Library | Readers borrow up to 12 books for four weeks. A lost card costs $7.50."
BUS = "Bus | Line 40 runs every 15 minutes until 23:30. Line 8 runs every 40 minutes until 21:00."

SECOND = (
    Case("short", "Leave of part-time staff?", (LEAVE, PARENTS), "[1:17 days]"),
    Case("short", "Weeks of parental leave?", (LEAVE, PARENTS), "[2:14 weeks]"),
    Case("short", "Hotel limit in Zurich?", (TRAVEL,), "[1:210 euros]"),
    Case("short", "Who approves first-class trains?", (TRAVEL, LEAVE), "the [1:finance director]"),
    Case("short", "What colour does the lamp blink?", (BUS, ROUTER), "[2:Amber]"),
    Case("short", "How often does line 8 run?", (BUS,), "every [1:40 minutes]"),
    Case("short", "Deposit?", (LEASE,), "[1:£1,800]"),
    Case("short", "Fee for a lost card?", (LIBRARY, MUSEUM), "[1:7.50 dollars]"),
    Case("verbatim", "Reset?", (ROUTER,), "[1:Hold the reset button for ten seconds]. [1:The lamp then blinks amber]."),
    Case("verbatim", "Borrowing?", (LIBRARY,), "[1:Readers borrow up to 12 books for four weeks.]"),
    Case("verbatim", "Closed when?", (BUS, MUSEUM), "[2:The museum closes on Tuesdays.]"),
    Case("wrong number", "Leave?", (LEAVE,), "Full-time staff get [-:25] days of annual leave."),
    Case("wrong number", "Firmware?", (ROUTER,), "Firmware [-:4.2.2] does not support WPA3."),
    Case("wrong number", "Weight?", (ROUTER,), "Model QX-204 weighs [-:460] grams."),
    Case("wrong number", "Model?", (ROUTER,), "Model QX-[-:240] weighs 640 grams."),
    Case("wrong number", "Last bus?", (BUS,), "Line 40 runs until [-:22:30]."),
    Case("wrong number", "Books?", (LIBRARY,), "Readers borrow up to [-:ten] books."),
    Case("swapped number", "Team seats?", (FEES,), "Team has [-:3] seats."),
    Case("swapped number", "Basic price?", (FEES,), "Basic costs [-:49] euros a month."),
    Case("swapped number", "Line 8?", (BUS,), "Line 8 runs until [-:23:30]."),
    Case("swapped number", "Hotels?", (TRAVEL,), "In Zurich the limit is [-:140] euros."),
    Case("swapped number", "Part-time?", (LEAVE,), "Part-time staff get [-:28] days."),
    Case("negation", "WPA3?", (ROUTER,), "Firmware 4.2.1 [-:supports WPA3]."),
    Case("negation", "WPA3?", (ROUTER,), "[1:Firmware 4.2.1 doesn't support WPA3]."),
    Case("negation", "How many tablets?", (DRUG,), "You may [-:take more than 3 tablets a day]."),
    Case("negation", "How many tablets?", (DRUG,), "Never [1:take more than 3 tablets a day]."),
    Case("negation", "Photography?", (MUSEUM,), "Photography is [-:not] allowed."),
    Case("negation", "Carry over?", (LEAVE,), "Staff [-:may carry over more than that]."),
    Case("negation", "Deposit back?", (LEASE,), "The landlord [-:never] returns the deposit."),
    Case("negation", "Children?", (DRUG,), "The tablets are [-:suitable] for children under 12."),
    Case("exception", "Hotels?", (TRAVEL,), "[1:Hotels are paid up to 140 euros a night]."),
    Case("exception", "Hotels?", (TRAVEL,), "[1:Hotels are paid up to 140 euros a night], except in [1:Zurich]."),
    Case("paraphrase", "Deposit back?", (LEASE,), "You get the [1:deposit] back in [1:ten days]."),
    Case("paraphrase", "Dose?", (DRUG,), "Swallow [1:one tablet] each [1:8 hours]."),
    Case("paraphrase", "Ticket?", (MUSEUM,), "Entry is [1:15 per cent] cheaper [1:after 4 pm]."),
    Case("paraphrase", "Leave?", (LEAVE,), "Those in [1:full-time] work may be off for [1:28 days]."),
    Case("paraphrase", "Animals?", (LEASE,), "Only if the owner agrees in writing."),
    Case("two sources", "Leave?", (LEAVE, PARENTS),
         "[1:Full-time staff get 28 days of annual leave] and [2:parents get 14 weeks of paid leave]."),
    Case("two sources", "Buses and museum?", (MUSEUM, BUS),
         "[2:Line 40 runs every 15 minutes], but [1:the museum closes on Tuesdays]."),
    Case("two sources", "Costs?", (LEASE, LIBRARY),
         "The [1:deposit is 1,800 pounds] and [2:a lost card costs $7.50]."),
    Case("two sources", "Dose and hotel?", (TRAVEL, DRUG),
         "[2:Adults take one tablet every 8 hours]. In [1:Zurich] the [1:limit is 210 euros]."),
    Case("addition", "Parents?", (PARENTS,), "[1:Parents get 14 weeks of paid leave] and a [-:bonus] of [-:500] euros."),
    Case("addition", "Museum?", (MUSEUM,), "[1:The Rembrandt hall is on the second floor], beside the [-:cafeteria]."),
    Case("addition", "Lamp?", (ROUTER,), "[1:The lamp then blinks amber], then [-:green]."),
    Case("addition", "Buses?", (BUS,), "[1:Line 40 runs every 15 minutes until 23:30], [-:Sundays excluded]."),
    Case("addition", "Pets?", (LEASE,), "[1:Pets need written consent] and a [-:vaccination certificate]."),
    Case("json", "Team plan?", (FEES,), '{"plan": "[1:Team]", "price": "[1:49 euros]", "seats": [1:25]}'),
    Case("json", "Team plan?", (FEES,), '{"plan": "[1:Team]", "price": "[-:94] euros"}'),
    Case("json", "Caf\\u00e9?", (MUSEUM,), '{"hall": "[1:Rembrandt hall]", "note": "[-:caf\\u00e9]"}'),
    Case("table", "Team price?", (TABLE,), "[1:Team]: [1:49 euros]"),
    Case("table", "Team seats?", (TABLE,), "Team has [-:3] seats."),
    Case("form", "Leave?", (LEAVE,), "**[1:28 days]** of [1:annual leave]"),
    Case("form", "Request?", (PARENTS,), "by [1:1 MARCH], to [1:Human Resources]"),
    Case("abstention", "Gym?", (LEAVE,), "[-:]The documents do not say."),
    Case("nothing", "Gym?", (LEAVE, BUS), "The [-:gym] is on the [-:ground] floor [-:opposite] the [-:canteen]."),
    Case("nothing", "Salary?", (LEAVE,), "[-:About] [-:3,400] [-:euros] before [-:tax]."),
)  # fmt: skip

GARDEN = (
    "Garden rules | Plots are watered before 8 am or after 7 pm. Each plot pays 36 pounds a year. "
    "A second plot costs 22 pounds. Bonfires are forbidden from May to September."
)
WARRANTY = (
    "Warranty | The frame is guaranteed for 10 years and the motor for 2 years. "
    "Batteries are covered for 500 charging cycles. Damage by water is not covered."
)
SCHOOL = (
    "School trips | Classes of up to 30 pupils pay 4 pounds per pupil. Teachers enter free of charge. "
    "Bookings must be made three weeks ahead by Ms. Ines Okafor."
)
API = (
    "API limits | A free key allows 60 requests per minute; a paid key allows 600. "
    "Error 429 means that the limit was reached. Keys are never sent by e-mail."
)
HOSPITAL = (
    "Visiting hours | Visitors come between 2 pm and 6 pm.\nChildren under 10 do not enter the "
    "intensive care unit. Flowers are welcome in all wards except intensive care."
)
INVOICE = "Invoices | Invoices are due within 30 days.\n\nA late payment costs 2.5% a month.\n\nRefunds over \u20ac5,000 need two signatures."
RECIPE = "Bread | Bake the loaf at 230 degrees for 35 minutes. Let it rest for one hour before you cut it."
VISA = "Visa | A visitor visa lasts 90 days and cannot be extended. A student visa lasts two years and can be extended once."

THIRD = (
    Case("short", "Second plot?", (GARDEN,), "[1:22 pounds]"),
    Case("short", "Motor?", (WARRANTY, API), "[1:2 years]"),
    Case("short", "Who takes bookings?", (API, SCHOOL), "[2:Ines Okafor]"),
    Case("short", "Paid key?", (API,), "[1:600] requests"),
    Case("short", "Late payment?", (INVOICE,), "[1:2.5 per cent]"),
    Case("short", "Oven?", (RECIPE,), "[1:230 degrees]"),
    Case("short", "Where are flowers not welcome?", (HOSPITAL,), "in [1:intensive care]"),
    Case("verbatim", "Error 429?", (API,), "[1:Error 429 means that the limit was reached.]"),
    Case("verbatim", "Bonfires?", (GARDEN, RECIPE), "[1:Bonfires are forbidden from May to September.]"),
    Case("verbatim", "Water?", (WARRANTY,), "[1:Damage by water is not covered.]"),
    Case("wrong number", "Plot price?", (GARDEN,), "Each plot pays [-:63] pounds a year."),
    Case("wrong number", "Frame?", (WARRANTY,), "The frame is guaranteed for [-:12] years."),
    Case("wrong number", "Pupils?", (SCHOOL,), "Classes of up to [-:thirty-five] pupils pay 4 pounds."),
    Case("wrong number", "Bread?", (RECIPE,), "Bake the loaf at [-:203] degrees for 35 minutes."),
    Case("wrong number", "Refunds?", (INVOICE,), "Refunds over [-:50,000] euros need two signatures."),
    Case("swapped number", "Free key?", (API,), "A free key allows [-:600] requests per minute."),
    Case("swapped number", "Motor?", (WARRANTY,), "The motor is guaranteed for [-:10] years."),
    Case("swapped number", "Second plot?", (GARDEN,), "A second plot costs [-:36] pounds."),
    Case("swapped number", "Visitor visa?", (VISA,), "A visitor visa lasts [-:two] years."),
    Case("swapped number", "Invoices?", (INVOICE,), "Invoices are due within [-:two] days."),
    Case("negation", "Water damage?", (WARRANTY,), "Damage by water is [-:covered]."),
    Case("negation", "Keys by mail?", (API,), "Keys are [-:sent by e-mail]."),
    Case("negation", "Visitor visa?", (VISA,), "A visitor visa lasts 90 days and can [-:be extended]."),
    Case("negation", "Young children?", (HOSPITAL,), "Children under 10 [-:enter the intensive care unit]."),
    Case("negation", "Teachers?", (SCHOOL,), "Teachers do [-:not enter free of charge]."),
    Case("negation", "Keys by mail?", (API,), "[1:Keys are never sent by e-mail]."),
    Case("negation", "Student visa?", (VISA,), "[1:A student visa can be extended once]."),
    Case("paraphrase", "Watering?", (GARDEN,), "Give water [1:after 7 pm] only."),
    Case("paraphrase", "Teachers?", (SCHOOL,), "For [1:teachers] it is [1:free]."),
    Case("paraphrase", "Battery?", (WARRANTY,), "The [1:batteries] hold [1:500 charging cycles]."),
    Case("paraphrase", "Bread?", (RECIPE,), "Wait [1:one hour] before slicing it."),
    Case("paraphrase", "Due?", (INVOICE,), "You have [1:30 days] to settle the [1:invoices]."),
    Case("two sources", "Costs?", (GARDEN, SCHOOL),
         "[1:Each plot pays 36 pounds a year], and [2:classes pay 4 pounds per pupil]."),
    Case("two sources", "Hours?", (HOSPITAL, GARDEN),
         "[1:Visitors come between 2 pm and 6 pm]. [2:Plots are watered before 8 am]."),
    Case("two sources", "Limits?", (VISA, API),
         "[2:A free key allows 60 requests per minute] while [1:a visitor visa lasts 90 days]."),
    Case("addition", "Trips?", (SCHOOL,), "[1:Teachers enter free of charge] and get a [-:voucher]."),
    Case("addition", "Frame?", (WARRANTY,), "[1:The frame is guaranteed for 10 years], the [-:saddle] for [-:6 months]."),
    Case("addition", "Bread?", (RECIPE,), "[1:Bake the loaf at 230 degrees for 35 minutes] with [-:steam]."),
    Case("addition", "Flowers?", (HOSPITAL,), "[1:Flowers are welcome], [-:balloons] are [-:sold] at the [-:kiosk]."),
    Case("json", "Keys?", (API,), '{"free": [1:60], "paid": "[1:600]", "unit": "[-:hour]"}'),
    Case("json", "Trip?", (SCHOOL,), '[["[1:4 pounds per pupil]", "[1:three weeks]"]]'),
    Case("form", "Refunds?", (INVOICE,), "- [1:Refunds] over [1:5000 EUROS]: [1:two signatures]"),
    Case("abstention", "Parking?", (SCHOOL,), "[-:]The documents do not say."),
    Case("nothing", "Parking?", (SCHOOL, GARDEN), "[-:Park] in [-:Mill Lane], [-:bay] [-:14]."),
)  # fmt: skip

POOL = (
    "Swimming pool | Adults pay 6 pounds and children pay 3 pounds. The pool opens at 7 am on weekdays "
    "and at 9 am on Saturdays. Nobody under 8 swims alone. Lockers take a 1 pound coin."
)
HALL = (
    "Village hall | The large hall seats 120 people, the small room seats 25. Hiring the hall for an evening "
    "costs 90 pounds; the kitchen costs 15 pounds more. Music must stop by 11 pm, except on New Year's Eve."
)
PARCEL = (
    "Parcels | A parcel up to 2 kg costs 4.20 euros, up to 5 kg costs 6.10 euros. Parcels over 30 kg are not accepted. "
    "Claims for damage are made within 14 days, claims for loss within 6 weeks."
)
CAMERA = (
    "Camera | The battery lasts 350 shots. Charging takes 2 hours with the fast charger and 5 hours over USB. "
    "The camera is not waterproof. The lens cover is sold separately for $19."
)
UNION = (
    "Works council | The council meets on the first Monday of each month. Minutes are published within 3 working days. "
    "Members serve for four years and may be elected twice. Guests may not vote."
)
CLINIC = (
    "Clinic | Dr. Amara Lind sees children on Tuesdays. Dr. Ruben Voss sees adults on Thursdays.\n\n"
    "Appointments can be cancelled free of charge until 24 hours before. Later cancellations cost 35 euros."
)
RATES = "Rates | Size | Summer | Winter\n| Tent pitch | 18 euros | 9 euros |\n| Caravan pitch | 32 euros | 16 euros |"
TRAIN = (
    "Tram | Line 3 leaves every 12 minutes, line 5 every 20 minutes. Dogs travel free, bicycles need a ticket. "
    "The last tram leaves at 0.40 am. Inspectors charge 60 euros without a valid ticket."
)

FRESH = (
    Case("short", "Price for children?", (POOL,), "[1:3 pounds]"),
    Case("short", "Seats of the small room?", (POOL, HALL), "[2:25]"),
    Case("short", "Who sees adults?", (CLINIC,), "[1:Dr. Ruben Voss]"),
    Case("short", "Charging over USB?", (CAMERA,), "[1:5 hours]"),
    Case("short", "Price of a lens cover?", (CAMERA, PARCEL), "[1:19 dollars]"),
    Case("short", "Term of members?", (UNION,), "[1:4 years]"),
    Case("verbatim", "Lockers?", (POOL, HALL), "[1:Lockers take a 1 pound coin.]"),
    Case("verbatim", "Minutes?", (CLINIC, UNION), "[2:Minutes are published within 3 working days.]"),
    Case("right number", "Adults?", (POOL,), "[1:Adults pay 6 pounds]."),
    Case("right number", "Children?", (POOL,), "[1:Children pay 3 pounds]."),
    Case("right number", "Saturdays?", (POOL,), "On [1:Saturdays] the [1:pool opens] at [1:9 am]."),
    Case("right number", "Small room?", (HALL,), "[1:The small room seats 25] people."),
    Case("right number", "Kitchen?", (HALL,), "[1:The kitchen costs 15 pounds more]."),
    Case("right number", "Loss?", (PARCEL,), "[1:Claims for loss are made within 6 weeks]."),
    Case("right number", "Fast charger?", (CAMERA,), "[1:Charging takes 2 hours with the fast charger]."),
    Case("right number", "USB?", (CAMERA,), "[1:Charging takes 5 hours over USB]."),
    Case("right number", "Line 5?", (TRAIN,), "[1:Line 5] leaves [1:every 20 minutes]."),
    Case("right number", "Heavy letter?", (PARCEL,), "[1:A parcel up to 5 kg costs 6.10 euros]."),
    Case("swapped number", "Adults?", (POOL,), "Adults pay [-:3] pounds."),
    Case("swapped number", "Weekdays?", (POOL,), "The pool opens at [-:9] am on weekdays."),
    Case("swapped number", "Large hall?", (HALL,), "The large hall seats [-:25] people."),
    Case("swapped number", "Kitchen?", (HALL,), "The kitchen costs [-:90] pounds."),
    Case("swapped number", "Damage?", (PARCEL,), "Claims for damage are made within [-:6] weeks."),
    Case("swapped number", "USB?", (CAMERA,), "Charging takes [-:2] hours over USB."),
    Case("swapped number", "Line 3?", (TRAIN,), "Line 3 leaves every [-:20] minutes."),
    Case("swapped number", "Parcel of 2 kg?", (PARCEL,), "A parcel up to 2 kg costs [-:6.10] euros."),
    Case("swapped number", "Tent in winter?", (RATES,), "A tent pitch costs [-:16] euros in winter."),
    Case("wrong number", "Fine?", (TRAIN,), "Inspectors charge [-:80] euros without a valid ticket."),
    Case("wrong number", "Shots?", (CAMERA,), "The battery lasts [-:530] shots."),
    Case("wrong number", "Last tram?", (TRAIN,), "The last tram leaves at [-:1.40] am."),
    Case("negation", "Heavy parcels?", (PARCEL,), "Parcels over 30 kg are [-:accepted]."),
    Case("negation", "Heavy parcels?", (PARCEL,), "[1:Parcels over 30 kg aren't accepted]."),
    Case("negation", "Waterproof?", (CAMERA,), "The camera is [-:waterproof]."),
    Case("negation", "Guests?", (UNION,), "Guests may [-:vote]."),
    Case("negation", "Cancel?", (CLINIC,), "Appointments can [-:not be cancelled free of charge]."),
    Case("negation", "Under 8?", (POOL,), "[1:Nobody under 8 swims alone]."),
    Case("paraphrase", "Meetings?", (UNION,), "They come together on the [1:first Monday of each month]."),
    Case("paraphrase", "Cancel?", (CLINIC,), "It is [1:free] up to [1:24 hours before]."),
    Case("paraphrase", "Dogs?", (TRAIN,), "Your [1:dogs] ride along [1:free]."),
    Case("two sources", "Prices?", (POOL, TRAIN), "[1:Adults pay 6 pounds], and [2:bicycles need a ticket]."),
    Case("two sources", "Doctors and hall?", (HALL, CLINIC),
         "[2:Dr. Amara Lind sees children on Tuesdays]. [1:The large hall seats 120 people]."),
    Case("addition", "Hall?", (HALL,), "[1:Music must stop by 11 pm] and the [-:garden] closes."),
    Case("addition", "Battery?", (CAMERA,), "[1:The battery lasts 350 shots] in [-:cold] [-:weather]."),
    Case("addition", "Tram?", (TRAIN,), "[1:Dogs travel free], [-:cats] pay [-:half]."),
    Case("json", "Caravan?", (RATES,), '{"pitch": "[1:Caravan pitch]", "summer": "[1:32 euros]"}'),
    Case("json", "Doctor?", (CLINIC,), '{"doctor": "[1:Amara Lind]", "day": "[-:Friday]"}'),
    Case("form", "Damage?", (PARCEL,), "Within [1:FOURTEEN DAYS]"),
    Case("abstention", "Sauna?", (POOL,), "[-:]The documents do not say."),
    Case("nothing", "Sauna?", (POOL, HALL), "The [-:sauna] is [-:heated] to [-:85] [-:degrees]."),
)  # fmt: skip
