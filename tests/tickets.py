"""Tickets of an outdoor shop by the queue they belong to, as a help desk exports them."""

ADDRESS = "hanne.vestergaard@brackmail.net"
KEY = "sk-proj-Vt7Qm2Lx9Rb4Hc8Zk1Wp6Nd3"

TICKETS = {
    "Billing": (
        "I was charged twice for the same order on Tuesday. Can one of them go back?",
        "The invoice names my old company. Please send one with the new name.",
        "My gift card says empty, yet I have only spent half of it.",
        "Why is there a 4.90 fee on my statement that your shop never mentioned?",
        "Refund promised on the 3rd, still nothing in my account today.",
        "The voucher SPRING was not taken off at the till.",
        "Could you split the payment for the big tent into three months?",
        "You took the money before telling me the lantern is sold out.",
        "We are a school and pay no sales tax. How do I get it back?",
        "Receipt for the raincoat, please; the accountant is waiting.",
        "My card expired, so the yearly membership could not be paid. What now?",
        "Price on the shelf 39, price on the bill 49. Which is right?",
        "I cancelled in May and you have billed June and July.",
        "Do you take payment by bank transfer for orders over a thousand?",
        "Half my refund came, the postage part is missing.",
        "Someone bought a kayak with my card. That was not me!",
        "The total in the mail and the total on my statement differ by two pounds.",
        "Can I pay the rest of the deposit in the shop, in cash?",
        'The till printed "declined" but the bank says it was paid.',
        "please stop sending reminders, bill 2207 was settled last week",
        "Where do I enter the discount for mountain rescue volunteers?",
        "Our purchase order number must stand on each invoice; the last two lack it.",
        "I returned the boots in the shop, when will I see the money?",
        "Bought on Friday, reduced on Saturday. Do you refund the difference?",
        "Your site asks for a security code but my card has none.",
        "The currency was wrong: I was charged in dollars, not euros.",
        f"Send the corrected bill to {ADDRESS}, the other one bounces.",
        "Is the deposit for the rental skis paid back at once?",
        "I need last year's invoices as one file for my tax return.",
    ),
    "Delivery": (
        "The tracking page has not changed for six days. Is my parcel lost?",
        "Your driver left the box in the rain and the maps are pulp.",
        "Can the canoe be brought on a Saturday? Nobody is home in the week.",
        "I typed the wrong house number. It is 14, not 41!",
        "Only one of two parcels arrived, the tent poles are missing.",
        "How long does it take to the Shetland Islands?",
        "Delivered, says the app. There is nothing at my door; the neighbours know nothing.",
        "Please hold my order until the 20th, we are away hiking.",
        "The courier wants 12 euros of customs duty from me. Is that normal?",
        "wrong item!! ordered a stove, got a folding chair",
        "Could you hand it to the bakery next door if I am out?",
        "My sister's present has to be there by Thursday noon, will it?",
        "The box was open and taped up again; a pair of socks is gone.",
        "No message, no van, and I waited the whole day for it.",
        "I would rather fetch the sleeping bag from your Mill Lane shop.",
        "The label was torn off and the depot cannot tell whose it is.",
        "Do you ship gas cartridges abroad?",
        "It went to Aberdeen first, then Cardiff, and I live in Leeds.",
        "Where can I see which carrier has my order?",
        "The parcel shop sent it back before I could get there.",
        "Two of the six plates were broken when I unpacked them.",
        "Can I still add a torch to the order that is being packed?",
        "It needs two people to carry the sauna tent upstairs. Will they?",
        "Express was paid for, and yet it is coming by ordinary post.",
        "My order shows as sent; there is no number to follow it with.",
        "The driver rang once; I could not reach the door in my wheelchair.",
        "Please send the second rucksack to my office; the first may go home.",
        'The note says "left with Jim". There is no Jim;\nwho has my rope?',
        "Will the strike at the port hold up my skis?",
    ),
    "Repairs": (
        "The zip of my jacket broke after two washes.",
        "My head torch flickers and goes dark when I shake it.",
        "A pole of the dome tent has snapped; can I get only that piece?",
        "The stove hisses and smells of gas even when it is shut. Is it dangerous?",
        "How do I mend a hole in an air mattress?",
        "Sole has come off the left boot, four months old.",
        "The watch no longer finds any satellites since the last update.",
        "Water gets in at the seams of the blue shelter.",
        "The handle of the thermos wobbles, one screw is lost.",
        "Is a bent walking stick covered by the warranty?",
        "My radio will not charge, I have tried three cables.",
        "Can you wax the jacket again and what would it take?",
        "The buckle on the child carrier does not lock. We dare not use it.",
        "Rucksack strap torn out of the back panel on its first trip.",
        "The lantern's glass cracked by itself overnight.",
        "Whom do I send my binoculars to? The picture is double.",
        "The app says: cannot pair with heart rate belt. Any help?",
        "The brake of the bike trailer squeals and hardly grips.",
        "My down bag loses feathers through the lining, is that a fault?",
        "After the repair the drone pulls to the left.",
        "The pump of the water filter is stuck, it has sand in it.",
        "Do you sell spare rubber tips for poles from 2014?",
        "Knife blade came loose from the grip while carving.",
        "The kettle drips at the spout and puts out the flame.",
        "There is a crack along the hull of the kayak, a hand long.",
        "Gloves: the heating works on the right hand only.",
        f"The weather station stopped. Its access key is {KEY}, perhaps it has run out.",
        "Tent smells of mould though I dried it. Can you clean it?",
        "Compass points south!",
    ),
}
REPEATED = ("Compass points south!", "Do you ship gas cartridges abroad?")
SHELVES = ("Camping", "Clothing", "Boats")  # what a glance would take for the queue


def sheet() -> bytes:
    """The file as a spreadsheet of another country writes it: BOM, semicolons, quoted cells.

    89 rows: 87 tickets, and two of them a second time at the end.
    """
    asked = [(text, queue) for queue, texts in TICKETS.items() for text in texts]
    again = [(text, queue) for text, queue in asked if text in REPEATED]
    lines = ["No.;Category;Ticket text;Queue"]
    for place, (text, queue) in enumerate([*asked, *again]):
        cell = text.replace('"', '""')
        lines.append(f'{4001 + place};{SHELVES[place % 3]};"{cell}";{queue}')
    return "\r\n".join(lines).encode("utf-8-sig")
