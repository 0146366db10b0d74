"""Polish numbers as they are said on the telephone, in the cases that callers put them in."""

from collections.abc import Iterator

from razdar.core.redaction.counting import reader
from razdar.core.redaction.numerals import SPOKEN, Role, SpokenLanguage, letter_names, word_set

_UNITS = (
    "zero", "jeden jedna jedno jednego jednej raz", "dwa dwie dwóch dwu dwom dwoma",
    "trzy trzech trzem trzema",
    "cztery czterech czterem", "pięć pięciu", "sześć sześciu", "siedem siedmiu", "osiem ośmiu", "dziewięć dziewięciu",
)  # fmt: skip
_TEENS = (
    "dziesięć dziesięciu", "jedenaście jedenastu", "dwanaście dwunastu", "trzynaście trzynastu",
    "czternaście czternastu",
    "piętnaście piętnastu", "szesnaście szesnastu", "siedemnaście siedemnastu", "osiemnaście osiemnastu",
    "dziewiętnaście dziewiętnastu",
)  # fmt: skip
_TENS = (
    "dwadzieścia dwudziestu", "trzydzieści trzydziestu", "czterdzieści czterdziestu", "pięćdziesiąt pięćdziesięciu",
    "sześćdziesiąt sześćdziesięciu", "siedemdziesiąt siedemdziesięciu", "osiemdziesiąt osiemdziesięciu",
    "dziewięćdziesiąt dziewięćdziesięciu",
)  # fmt: skip
_HUNDREDS = (
    "sto stu", "dwieście dwustu", "trzysta trzystu", "czterysta czterystu", "pięćset pięciuset",
    "sześćset sześciuset",
    "siedemset siedmiuset", "osiemset ośmiuset", "dziewięćset dziewięciuset",
)  # fmt: skip
_ORDINALS = (
    "pierwsz drug trzec czwart piąt szóst siódm ósm dziewiąt dziesiąt jedenast dwunast trzynast czternast piętnast "
    "szesnast siedemnast osiemnast dziewiętnast",
    "dwudziest trzydziest czterdziest pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt",
)
"""Stems of the words for days and years, from one and from twenty on. Only their masculine forms are listened for: the others tell the time."""

_NOUNS = (
    "zera zer zerko", "jedynka jedynki jedynkę jedynek", "dwójka dwójki dwójkę dwójek", "trójka trójki trójkę trójek",
    "czwórka czwórki czwórkę czwórek", "piątka piątki piątkę piątek", "szóstka szóstki szóstkę szóstek",
    "siódemka siódemki siódemkę siódemek", "ósemka ósemki ósemkę ósemek",
    "dziewiątka dziewiątki dziewiątkę dziewiątek",
)  # fmt: skip


def _stems() -> Iterator[tuple[int, str]]:
    small, tens = _ORDINALS
    yield from enumerate(small.split(), 1)
    yield from zip(range(20, 100, 10), tens.split(), strict=True)


def _ordinals(stem: str) -> list[str]:
    """ "Piąty", "piątego", "piątym"; after k, g and c the ending begins with an i."""
    soft = stem[-1] in "gc"
    return [stem + ending for ending in (("i", "iego", "im") if soft else ("y", "ego", "ym"))]


def _role(value: int) -> Role:
    return Role.UNIT if value < 10 else Role.TEEN if value < 20 else Role.TENS


_WORDS: dict[str, tuple[Role, str]] = {
    **{word: (_role(value), str(value)) for value, stem in _stems() for word in _ordinals(stem)},
    **{word: (Role.UNIT, str(value)) for value, words in enumerate(_UNITS) for word in words.split()},
    **{word: (Role.TEEN, str(value)) for value, words in enumerate(_TEENS, 10) for word in words.split()},
    **{word: (Role.TENS, str(value * 10)) for value, words in enumerate(_TENS, 2) for word in words.split()},
    **{word: (Role.HUNDREDS, str(value * 100)) for value, words in enumerate(_HUNDREDS, 1) for word in words.split()},
    **{word: (Role.PLURAL, str(value)) for value, words in enumerate(_NOUNS) for word in words.split()},
    **dict.fromkeys(("tysiąc", "tysiące", "tysięcy"), (Role.THOUSAND, "")),
    **dict.fromkeys(("podwójne", "podwójna", "podwójny", "podwójną", "dubel"), (Role.REPEAT, "2")),
    **dict.fromkeys(("potrójne", "potrójna", "potrójny", "potrójną"), (Role.REPEAT, "3")),
    "razy": (Role.TIMES, ""),
    "plus": (Role.PLUS, "+"),
    "i": (Role.AND, ""),
}
_FILLERS = word_set(
    "tak no to dobrze okej ok teraz potem dalej następnie więc proszę mhm jasne mam kropka przecinek ukośnik łamane "
    "później "
    "znowu jeszcze nie"
) | {
    "proszę bardzo",
    "a potem",
    "i dalej",
    "a dalej",
    "i potem",
    "jeszcze raz",
    "to znaczy nie",
    "na końcu",
    "i na końcu",
    "końcówka",
    "ostatnie",
    "reszta",
}
_HESITATIONS = word_set("yyy yy eee ee hmm hm mmm yhm aha ehm em ym znaczy przepraszam myślnik kreska pauza spacja") | {
    *("zaraz", "chwila", "chwileczkę", "momencik", "moment", "sekundę", "to znaczy", "niech spojrzę", "już mówię"),
    *("już patrzę", "niech sprawdzę", "jedną chwilę", "jedną sekundę", "jeden moment", "chwilkę", "jak to było"),
    *("nie przepraszam", "pomyliłem się", "pomyliłam się", "pomyłka", "źle", "od nowa", "czekaj", "zaraz zaraz"),
}
_STOPS = word_set(
    "a adres adresem albo ale będzie bedzie bo być czy dla do email e-mail i ja jak jest kontakt ma mail maila mam mi mnie moim "
    "moj "
    "mój można na napisz nasz nie o od oraz pan pani pisać po pod podaje podaję poczta prosze proszę przez przy sie "
    "się "
    "skrzynka są tak ten to w wysłać z za ze że wysylac wyślij wyslij"
)

_LETTERS = letter_names(
    "b:be c:ce d:de f:ef g:gie h:ha j:jot k:ka l:el m:em n:en p:pe q:ku r:er s:es t:te u:u v:fau,fał w:wu x:iks y:igrek,ygrek z:zet"
)

SPOKEN.register("pl")(
    SpokenLanguage(
        words=_WORDS,
        fillers=_FILLERS,
        hesitations=_HESITATIONS,
        corrections=word_set(
            "nie|przepraszam|nie przepraszam|przepraszam nie|pomyłka|pomyliłem się|pomyliłam się|źle|od nowa|jeszcze "
            "raz|znaczy|"
            "to znaczy|to znaczy nie|nie nie|poprawka|wróć|sorry|nie tak|od początku|zaczynam od nowa|tfu|oj|ojej|"
            "ups|oj nie|oj przepraszam|ojej przepraszam|kurczę|kurczę nie|ech nie|wróć nie|stop|źle powiedziałem|"
            "źle powiedziałam|źle podałem|źle podałam|o nie|nie źle|poprawiam|poprawiam się|przejęzyczenie",
            "|",
        ),
        read=reader(joins_bare=True),
        letters=_LETTERS,
        explaining=("jak", "jak w"),
        signs={
            "@": ("małpa", "małpka", "at", "małpę", "małpeczka"),
            ".": ("kropka", "kropkę", "dot"),
            "-": ("myślnik", "kreska", "minus", "pauza", "łącznik"),
            "_": ("podkreślnik", "podkreślenie", "podłoga", "dolna kreska", "podkreślnikiem"),
            "+": ("plus",),
            "": ("duże", "wielkie", "małe", "duża litera", "mała litera", "cyfra", "cyfry", "litera", "cyframi"),
        },
        stops=_STOPS,
    )
)
