"""Invented postal addresses, one style per language: towns and streets that exist nowhere, postcodes of no district."""

from collections.abc import Callable

_EN_STEMS = (
    "Thistle",
    "Copper",
    "Quarry",
    "Lantern",
    "Heron",
    "Saddle",
    "Willow",
    "Granary",
    "Kestrel",
    "Orchard",
    "Pebble",
)
_EN_KINDS = ("dale Road", "gate Lane", "wick Street", "mere Close", "stow Avenue", "ford Terrace", "holt Gardens")
_EN_TOWNS = ("Hollinwyke", "Larkmere", "Eastmarrow", "Tolverton", "Brindlesea")

_PL_STREETS = (
    "Bursztynowych Kun",
    "Mglista Grobla",
    "Siedmiu Bobrów",
    "Rumiankowa Górka",
    "Cichego Zegara",
    "Wiklinowa Kładka",
)
_PL_TOWNS = ("Zalesiny Dolne", "Mroczków Nadrzeczny", "Brzozopole", "Wiślinek Stary")

_FA_STREETS = ("نیلوفر آبی", "چکاوک سپید", "آبشار نور", "بلوط کهن", "ستاره سحر", "پرستو")
_FA_TOWNS = ("گلدشت نو", "مهرآباد زرین", "سپیدکوه", "نیک‌شهر بالا")

_HI_STREETS = ("नीलकमल", "चंद्रलता", "मोरपंख", "सूर्यकुंज", "शीतलछाया", "हरसिंगार")
_HI_TOWNS = ("मधुबनपुर", "सोनगढ़िया", "चंदनवाड़ा", "नीलगंजपुर")

_ZH_STREETS = ("翠螺", "雲雀", "銀杏湖", "松濤北", "月橋", "稻香東")
_ZH_TOWNS = ("青嵐市碧溪區", "玉潭市楓林區", "海棠縣白鷺鎮", "星湖市竹影區")

_UK_STREETS = (
    "Калинового Мосту",
    "Тихого Млина",
    "Сивих Журавлів",
    "Бурштинова Стежка",
    "Лісового Дзвону",
    "Срібна Криниця",
)
_UK_TOWNS = ("Верболозівськ", "Новоозерянка", "Мальвополь", "Липоградець")

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def _english(n: int, house: int) -> str:
    street = _EN_STEMS[n % len(_EN_STEMS)] + _EN_KINDS[n // 2 % len(_EN_KINDS)]
    return f"{house} {street}, {_EN_TOWNS[(n + n // 8) % len(_EN_TOWNS)]}, VX{n % 9 + 1} {house % 9 + 1}QZ"


def _polish(n: int, house: int) -> str:
    street, town = _PL_STREETS[n // 8 % len(_PL_STREETS)], _PL_TOWNS[(n + n // 8) % len(_PL_TOWNS)]
    return f"ul. {street} {house}/{n % 23 + 1}, 99-9{n % 90 + 10} {town}"


def _persian(n: int, house: int) -> str:
    street, town = _FA_STREETS[n // 8 % len(_FA_STREETS)], _FA_TOWNS[(n + n // 8) % len(_FA_TOWNS)]
    return f"{town}، خیابان {street}، پلاک {house}".translate(_PERSIAN_DIGITS)


def _hindi(n: int, house: int) -> str:
    return f"मकान {house}, {_HI_STREETS[n // 8 % len(_HI_STREETS)]} मार्ग, {_HI_TOWNS[(n + n // 8) % len(_HI_TOWNS)]}"


def _chinese(n: int, house: int) -> str:
    return (
        f"{_ZH_TOWNS[(n + n // 8) % len(_ZH_TOWNS)]}{_ZH_STREETS[n // 8 % len(_ZH_STREETS)]}路{house}號{n % 11 + 2}樓"
    )


def _ukrainian(n: int, house: int) -> str:
    return f"вул. {_UK_STREETS[n // 8 % len(_UK_STREETS)]}, буд. {house}, {_UK_TOWNS[(n + n // 8) % len(_UK_TOWNS)]}"


_STYLES: dict[str, Callable[[int, int], str]] = {
    "en": _english,
    "pl": _polish,
    "fa": _persian,
    "hi": _hindi,
    "zh-Hant": _chinese,
    "uk": _ukrainian,
}


def address(language: str, n: int) -> str:
    """The n-th invented address in the style of a language (BCP 47), on one line."""
    return _STYLES[language](n, n * 13 % 180 + 1)
