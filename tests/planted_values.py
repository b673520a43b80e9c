"""What is planted into clean rows: sentences that give someone away, keys, damaged letters."""

import random
import string

EMAIL = (
    "Write to me at paula.grant@fastpost.co.uk.", "My address is j_owens77@gmail.com, thanks.",
    "Copy in ops+tents@harbourline.io please.", "Reach me: t.k.ndiaye@univ-nantes.fr.",
    "Send it to maria-luisa@correo.es today.", "It went to Bob.Stone@Northmail.com instead.",
    "<hannah.weiss@web.de> is mine.", "Ask sven@fjellhus.no about it.",
    "Use k.o.brien@mail.ireland.ie, not the old one.", "mailto:lee@tinybox.org",
)  # fmt: skip
PHONE = (
    "Call me on +44 20 7946 0958.", "My number is (212) 555-0187.", "Ring 07700 900123 after six.",
    "Phone: +49 30 901820.", "You can reach me at +1 415-555-2671.", "Tel. 01632 960983",
    "My mobile is 0612 345 678.", "WhatsApp me at +34 612 345 678.", "Call 555-867-5309 please.",
    "Telephone +33 1 42 68 53 00.",
)  # fmt: skip
CARD = (
    "My card is 4111 1111 1111 1111.", "Charge 5500-0000-0000-0004.", "It was 378282246310005.",
    "Card number 6011111111111117.", "I paid with 4012888888881881.", "Use 5105 1051 0510 5100.",
    "The card 3714 496353 98431 was refused.", "Take it from 4222222222222 again.",
)  # fmt: skip
IBAN = (
    "Refund to DE89 3704 0044 0532 0130 00.", "My IBAN is GB29NWBK60161331926819.",
    "Pay FR14 2004 1010 0505 0001 3M02 606.", "Account NL91 ABNA 0417 1643 00.",
    "Use ES9121000418450200051332.", "It is IT60 X054 2811 1010 0000 0123 456.",
    "Send it to CH93 0076 2011 6238 5295 7.", "AT61 1904 3002 3457 3201 is ours.",
)  # fmt: skip
IP = (
    "The login came from 81.2.69.142.", "My address is 203.98.12.7.", "Blocked: 172.217.16.142.",
    "Seen from 2a00:1450:4009:81f::200e.", "The till at 52.95.110.1 is down.",
    "Someone at 91.198.174.192 ordered it.",
)  # fmt: skip
NATIONAL_ID = (
    "My social security number is 536-90-4399.", "SSN 219-09-9999 is on the form.",
    "My NI number is AB 12 34 56 C.", "National Insurance JG103759A.",
    "Meine Steuer-ID: 86095742719.", "DNI 12345678Z.", "My NIE is X1234567L.",
    "Codice fiscale RSSMRA85T10A562S.",
    "My BSN is 111222333.", f"NIR 1 84 12 76 451 089 {97 - 1841276451089 % 97:02d}.",
)  # fmt: skip
DAMAGED = (
    "The cafÃ© was shut.", "It costs Â£15 now.", "Thatâ€™s all.", "Zoï\ufffd wrote it.",
    "MÃ¼ller collected it.", "SeÃ±or Ruiz has it.", "the Kettle Room â€“ upstairs", "dÃ©jÃ  vu",
    "na\ufffdve of me", "It was ten degrees, 10Â°.",
)  # fmt: skip
CONTROL = ("a\x00b", "line\x07bell", "back\x08space", "form\x0cfeed", "esc\x1b[0m", "del\x7fete")


def secrets(dice: random.Random) -> tuple[str, ...]:
    """Sentences with keys that nobody was ever given; made here, so that no scanner meets one."""

    def drawn(count: int, letters: str = string.ascii_letters + string.digits) -> str:
        return "".join(dice.choices(letters, k=count))

    capitals = string.ascii_uppercase + string.digits
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    return (
        f"Use sk-{drawn(48)} for now.", f"sk-proj-{drawn(40)}", f"sk-ant-api03-{drawn(40)}",
        f"AWS is AKIA{drawn(16, capitals)}.", f"ghp_{drawn(36)} works.", f"github_pat_{drawn(40)}",
        f"The map uses AIza{drawn(35)}.", f"xoxb-{drawn(12, string.digits)}-{drawn(24)}",
        f"sk_live_{drawn(24)} is the till.", f"hf_{drawn(34)}", f"npm_{drawn(36)}",
        f"{begin}\n{drawn(64)}\n{drawn(64)}\n{end}", f"The api key is {drawn(32)}.",
        f"token={drawn(40)}", "The password is Tr7!kettle#Moor.", f"client_secret: {drawn(36)}",
    )  # fmt: skip
