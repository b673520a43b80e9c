"""Personal data and secrets: found, told from other numbers, and masked."""

import json

import pytest

from core.tasks.gate import personal, secrets
from core.tasks.gate.national import bsn, codice_fiscale, dni, idnr, nino, nir
from core.tasks.gate.personal import masked
from tests.examining import examined, found

MASKED = {
    "Write to anna.schmidt@gmx.de please": "Write to [email] please",
    "MAIL: A.B+tag@mail.firma.co.uk.": "MAIL: [email].",
    "müller@straße.de": "[email]",
    "Call me on 07700 900123 after 5 pm": "Call me on [phone] after 5 pm",
    "My number is +44 7700 900123.": "My number is [phone].",
    "+1 (415) 555-0132": "[phone]",
    "415.555.0132 or (415) 555-0132": "[phone] or [phone]",
    "Tel. 0151/23456789": "Tel. [phone]",
    "+49 (0)151 2345678": "[phone]",
    "+4915103111667": "[phone]",  # without its plus it would pass for a card
    "06 12 34 56 78": "[phone]",
    "phone: 4155550132": "phone: [phone]",
    "mobile 612 345 678": "mobile [phone]",
    "0049 151 2345678": "[phone]",
    "Card 4111 1111 1111 1111, 12/27": "Card [card], 12/27",
    "378282246310005": "[card]",
    "DE89 3704 0044 0532 0130 00 is mine": "[iban] is mine",
    "IBAN FR14 2004 1010 0505 0001 3M02 606 thanks": "IBAN [iban] thanks",
    "nl91abna0417164300": "[iban]",
    "from 192.168.1.44, again": "from [ip], again",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334": "[ip]",
    "SSN 078-05-1120": "SSN [national id]",
    "social security number 219099999": "social security number [national id]",
    "NI number QQ 12 34 56 C": "NI number [national id]",
    "Steuer-ID 86 095 742 719": "Steuer-ID [national id]",
    "1 85 05 78 006 084 91": "[national id]",
    "DNI 12345678Z, NIE X1234567L": "DNI [national id], NIE [national id]",
    "RSSMRA85T10A562S": "[national id]",
    "BSN 111222333": "BSN [national id]",
}
HARMLESS = (
    "Order 4012888888881881 has not come",
    "order number 07700900123",
    "Order no. 4155550132 please",
    '{"order_number": "4155550132"}',
    "I paid £1,299.99 on 12.05.2024",
    "Open 9:00-17:30, Mon-Fri, and 08.00-18.00",
    "form B-17 and B-170-2024",
    "Call us before 12.05.2024 or by 01/02/2024 10:30",
    "sizes 36 37 38 39 40 41 42",
    "tracking JD014600006281230701",
    "Version 1.2.3.4 of the app, see section 2.10.3.1",
    "write to hello@example.com or a@shop.example",
    "ISBN 978-3-16-148410-0",
    "The price is 1 200 000 pounds",
    "2024-11-21T10:42:25Z and 12:30:45",
    "x[1::2] and std::vector",
    "a dental formula of 2.1.2.3, enzyme EC 2.7.4.16",
    "the secret police (Sigurimi) and the password (Settings)",
    "item 123-45-6789",
    "127.0.0.1 and 255.255.255.0",
    "Coordinates 51.5074, -0.1278",
    "call 1-2 days before 24/12/2024",
    "EN 13537:2012 and ISO 9001:2015",
    "token of my love, secret santa 2024 party",
    "the key is under the mat, room204b",
    "the password reset link: https://shop.test/reset1A2b3C",
    "says wrong password again Refer-a-friend",
    "password must be at least 12 characters",
    "key features: waterproof10000mm, GORE-TEX2024",
    "sk-learn-is-a-good-package-for-this",
    "My membership number is 20304050",
)
SECRETS = (
    "sk-ant-api03-AbCdEf0123456789AbCdEf",
    "sk-proj-abcdEFGH1234567890abcd",
    "sk-abcdefghijklmnopqrstuvwxyz123456",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "xoxb-123456789012-abcdefGHIJKL",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567",
    "npm_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
)
BESIDE_A_WORD = {
    "password: Winter2024!": "password: [secret]",
    "my password is hT7#kL9q": "my password is [secret]",
    'api_key = "9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d"': 'api_key = "[secret]"',
    "export API_KEY=b7Kx92mQz81LpT4v": "export API_KEY=[secret]",
    "the API key for staging: b7Kx92mQz81LpT4v": "the API key for staging: [secret]",
    "postgres://admin:hunter2pw@db.host/x": "postgres://[secret]@db.host/x",
    "Authorization: Bearer 7f9Kq2Lm8Zx4Vb6N": "Authorization: Bearer [secret]",
}


@pytest.mark.parametrize(("text", "wanted"), (MASKED | BESIDE_A_WORD).items())
def test_a_trace_is_replaced_by_a_word_and_the_rest_stays(text: str, wanted: str) -> None:
    assert masked(text) == wanted


@pytest.mark.parametrize("text", HARMLESS)
def test_orders_prices_dates_and_samples_are_no_personal_data(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("secret", SECRETS)
def test_a_providers_key_is_known_by_its_beginning(secret: str) -> None:
    assert masked(f"use {secret} here") == "use [secret] here"


@pytest.mark.parametrize("text", [*MASKED, *BESIDE_A_WORD, *SECRETS])
def test_what_is_masked_is_not_found_again(text: str) -> None:
    assert personal.found(masked(text)) == ()


@pytest.mark.parametrize(
    ("valid", "right", "wrong"),
    [
        (personal.card, "5555 5555 5555 4444", "5555 5555 5555 4445"),
        (personal.iban, "GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 18"),
        (idnr, "86095742719", "86095742718"),
        (idnr, "47036892816", "12345678903"),  # the latter repeats no digit of its first ten
        (nir, "185057800608491", "185057800608492"),
        (dni, "12345678Z", "12345678A"),
        (dni, "X1234567L", "Y1234567L"),
        (codice_fiscale, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        (bsn, "111222333", "111222334"),
        (nino, "AB123456C", "GB123456C"),
    ],
)
def test_a_check_digit_tells_a_number_from_a_likeness(valid, right: str, wrong: str) -> None:
    assert valid(right)
    assert not valid(wrong)


def test_masked_json_stays_json() -> None:
    reference = '{"card": 4111111111111111, "note": "Call\\n+44 7700 900123", "count": 3}'
    assert json.loads(masked(reference)) == {
        "card": "[card]",
        "note": "Call\n[phone]",
        "count": 3,
    }


def test_each_kind_is_a_finding_of_its_own_with_all_its_rows() -> None:
    given = examined(
        [
            ("I am anna@gmx.de", "Noted."),
            ("What is it?", "Ask bob@web.de or call +44 7700 900123."),
            ("Nothing here", "Nothing."),
        ]
    )
    findings = found(personal.CHECKS, given)
    assert {code: one.affected for code, one in findings.items()} == {
        "email": (1, 2),
        "phone": (2,),
    }
    assert {(one.fix, one.blocking) for one in findings.values()} == {("mask", False)}


def test_a_secret_blocks_and_says_to_change_it() -> None:
    escaped = '{"note": "use\\nAKIAIOSFODNN7EXAMPLE"}'
    given = examined([("a", "b"), ("key AKIAIOSFODNN7EXAMPLE", "ok"), ("a", escaped)])
    secret = found(secrets.CHECKS, given)["secret"]
    assert (secret.affected, secret.fix, secret.blocking) == ((2, 3), "mask", True)
    assert "change each one" in secret.remedy


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["1", "1 ", "+12 ", "a@", "A1-", "-eyJaaaaaaaaaa", "key=", "é"])
def test_a_cell_made_to_be_slow_is_not(unit: str) -> None:
    text = (unit * 32_000)[:32_000]
    assert len(masked(f"+1{text}")) > 0
