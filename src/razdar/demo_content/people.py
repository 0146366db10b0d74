"""The demo's customers: 200 invented people of two invented companies, the same at every call.

Rules:

1. No value can reach anybody. Phones lie in ranges that national regulators keep free for fiction (`_landline`,
   `_mobile`; docs/demo-content.md lists the sources); e-mail domains are those of RFC 2606; addresses exist nowhere.
2. A PESEL here has the right check digit and the right sex digit, but its century marker says 18xx, for years in which
   nobody was ever given one: whoever was born before 1860 was dead when the register began in 1979.
3. Names are common surnames and given names joined by position; no full name occurs twice.
4. Everything is a function of (client, position): no randomness, no clock.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from razdar.demo_content.names import CHINESE, ENGLISH, HINDI, PERSIAN, POLISH, UKRAINIAN, Name, NameList
from razdar.demo_content.places import address


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class DemoClient:
    """A data owner: its name, the letters of its customer references, its domain for staff."""

    name: str
    letters: str
    handle: str


@dataclass(frozen=True)
class DemoCustomer:
    """One invented person. Phones in E.164, WhatsApp ids as digits without the plus sign, birth date as ISO 8601."""

    reference: str
    surname: str
    given_name: str
    gender: Gender
    birth_date: str
    phones: tuple[str, ...]
    whatsapp: tuple[str, ...]
    emails: tuple[str, ...]
    address: str
    national_id: str
    language: str


CLIENTS = (DemoClient("Quillmere Utilities", "QU", "quillmere"), DemoClient("Tarnwick Homeware", "TH", "tarnwick"))
PER_CLIENT = 100

# Naming cultures by position; people eight apart share one, which the households below rely on.
_PATTERN = (ENGLISH, POLISH, PERSIAN, ENGLISH, HINDI, POLISH, CHINESE, UKRAINIAN)
_HOUSEHOLD_STEP = len(_PATTERN)
_DOMAINS = ("example.org", "example.com", "example.net")
_UK_AREAS = ("113", "114", "116", "117", "118", "121", "131", "141", "151", "161")
_NANP_AREAS = ("212", "303", "312", "415", "416", "514", "604", "617", "713", "206")
_AU_AREAS = ("2", "3", "7", "8")
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)

# The people of the demo calls, by (client, position).
_FEATURED = {
    (0, 3): DemoCustomer(
        reference="QU-104221",
        surname="Thornquist",
        given_name="Rosalind",
        gender=Gender.FEMALE,
        birth_date="1979-04-18",
        phones=("+442079460417",),
        whatsapp=(),
        emails=("rosalind.thornquist@example.org",),
        address="17 Larkenmoor Crescent, Eastmarrow, VX4 8QZ",
        national_id="",
        language="en",
    ),
    (0, 17): DemoCustomer(
        reference="QU-104319",
        surname="Zimorowicz",
        given_name="Jadwiga",
        gender=Gender.FEMALE,
        birth_date="1951-11-23",
        phones=("+491713920046",),
        whatsapp=("491713920046",),
        emails=("j.zimorowicz@example.net",),
        address="ul. Szafirowa 9/4, 99-941 Brzozopole",
        national_id="51912307648",
        language="pl",
    ),
    (1, 8): DemoCustomer(
        reference="TH-204256",
        surname="Wexcombe",
        given_name="Tobias",
        gender=Gender.MALE,
        birth_date="1990-09-02",
        phones=("+13125550148",),
        whatsapp=(),
        emails=("tobias.wexcombe@example.org",),
        address="5 Sallowfield Lane, Tolverton, VX2 3QZ",
        national_id="",
        language="en",
    ),
}


def customers(client_index: int) -> list[DemoCustomer]:
    """The customers of one demo client, 0 or 1, in order of reference.

    Raises:
        ValueError: another index.
    """
    if client_index not in range(len(CLIENTS)):
        raise ValueError("there are two demo clients, 0 and 1")
    return [_customer(client_index, position) for position in range(PER_CLIENT)]


def pesel_check_digit(first_ten: str) -> str:
    """The last digit of a PESEL (Act of 24 September 2010 on the population register, implementing rules)."""
    return str(-sum(w * int(d) for w, d in zip(_PESEL_WEIGHTS, first_ten, strict=True)) % 10)


def _customer(client: int, position: int) -> DemoCustomer:
    if (client, position) in _FEATURED:
        return _FEATURED[client, position]
    names = _PATTERN[position % len(_PATTERN)]
    home = _home(position)
    gender = _gender(position)
    surname, given = _full_name(names, client, position, gender)
    born = _birth_date(names, client, position)
    phones, whatsapp = _numbers(client, position)
    return DemoCustomer(
        reference=f"{CLIENTS[client].letters}-{(client + 1) * 100000 + 4200 + position * 7}",
        surname=surname.feminine if gender is Gender.FEMALE else surname.masculine,
        given_name=given.masculine,
        gender=gender,
        birth_date=born.isoformat(),
        phones=phones,
        whatsapp=whatsapp,
        emails=_emails(_latin(surname, gender), given.latin_masculine, client, position),
        address=address(names.language, client * PER_CLIENT + home),
        national_id=_pesel(born, position, gender) if names is POLISH else "",
        language=names.language,
    )


def _home(position: int) -> int:
    """The position whose home this person shares: twelve two-person households in each client's hundred."""
    return position - _HOUSEHOLD_STEP if position % 25 in {10, 12, 19} else position


def _gender(position: int) -> Gender:
    if position % 40 == 30:
        return Gender.UNSPECIFIED
    return Gender.FEMALE if (position // len(_PATTERN) + position) % 2 else Gender.MALE


def _full_name(names: NameList, client: int, position: int, gender: Gender) -> tuple[Name, Name]:
    """Household members share the surname of their home; given names differ because positions do."""
    own, shared = (_rank(names, client, place) for place in (position, _home(position)))
    given = names.masculine if gender is Gender.MALE else names.feminine
    return names.surnames[shared % len(names.surnames)], given[(own * 3 + own // len(given)) % len(given)]


def _rank(names: NameList, client: int, position: int) -> int:
    """How many people of this naming culture come before this one, in both clients together."""
    every = sum(of is names for of in _PATTERN) * (PER_CLIENT // len(_PATTERN) + 1)
    return client * every + sum(_PATTERN[place % len(_PATTERN)] is names for place in range(position))


def _birth_date(names: NameList, client: int, position: int) -> date:
    """Adults; Polish ones were born in years whose last two digits serve rule 2."""
    n = client * PER_CLIENT + position
    month, day = n * 5 % 12 + 1, n * 11 % 28 + 1
    if names is POLISH:
        return date(2000 + n % 7 if n % 4 == 0 else 1940 + n * 7 % 20, month, day)
    return date(1938 + n * 29 % 67, month, day)


def _pesel(born: date, position: int, gender: Gender) -> str:
    """Date with the century marker of 18xx (month + 80), serial number, sex digit (odd: male), check digit."""
    sex = position % 5 * 2 + (gender is Gender.MALE)
    ten = f"{born.year % 100:02}{born.month + 80}{born.day:02}{position * 7 % 1000:03}{sex}"
    return ten + pesel_check_digit(ten)


def _landline(client: int, place: int) -> str:
    """United Kingdom: 0xxx 496 0000-0999 (Ofcom). Australia: 0x 5550 0000-9999 (ACMA)."""
    if client == 0:
        return f"+44{_UK_AREAS[place % len(_UK_AREAS)]}4960{(place * 37 + 211) % 1000:03}"
    return f"+61{_AU_AREAS[place % len(_AU_AREAS)]}5550{(place * 371 + 2110) % 10000:04}"


def _mobile(client: int, place: int) -> str:
    """Germany: 0171 39200 00-99 (Bundesnetzagentur). Sweden: 070-1740605 to 099 (PTS). NANP: 555-0100 to 0199."""
    if client == 1:
        return f"+1{_NANP_AREAS[place % len(_NANP_AREAS)]}55501{place:02}"
    return f"+4917139200{place:02}" if place % 2 else f"+467017406{5 + place // 2:02}"


def _numbers(client: int, position: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Phones and WhatsApp ids: a home's members share its first number, some have two, some none or only WhatsApp."""
    home = _home(position)
    landline, mobile = _landline(client, home), _mobile(client, position)
    if position % 17 == 6:
        return (), (mobile[1:],) if position % 2 else ()
    phones: tuple[str, ...] = (landline,)
    if position != home or position % 9 == 2:
        phones = (landline, mobile)
    elif position % 3 == client and position + _HOUSEHOLD_STEP < PER_CLIENT and _home(position + 8) != position:
        phones = (mobile,)
    return phones, (mobile[1:],) if mobile in phones and position % 5 else ()


def _latin(surname: Name, gender: Gender) -> str:
    return surname.latin_feminine if gender is Gender.FEMALE else surname.latin_masculine


def _emails(surname: str, given: str, client: int, position: int) -> tuple[str, ...]:
    """None, one or two addresses; the two digits keep namesakes apart."""
    if position % 13 == 7:
        return ()
    domain = _DOMAINS[(client + position) % len(_DOMAINS)]
    first = f"{given}.{surname}@{domain}"
    second = f"{given[0]}{surname}{position:02}@{_DOMAINS[(client + position + 1) % len(_DOMAINS)]}"
    return (first, second) if position % 11 == 4 else (first,)
