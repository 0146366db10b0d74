"""Persian numbers as they are said on the telephone: groups such as *nohsad o davāzdah* (912), written and "
"colloquial."""

from razdar.core.redaction.counting import reader
from razdar.core.redaction.numerals import SPOKEN, Role, SpokenLanguage, letter_names, word_set

_UNITS = ("صفر", "یک یکی", "دو", "سه", "چهار چار", "پنج پنچ", "شش شیش", "هفت", "هشت", "نه")
_TEENS = (
    "ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده پونزده", "شانزده شونزده", "هفده هیفده هوده",
    "هجده هیجده هژده", "نوزده",
)  # fmt: skip
_TENS = ("بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
_HUNDREDS = (
    "صد یکصد", "دویست", "سیصد", "چهارصد چارصد", "پانصد پونصد", "ششصد شیشصد", "هفتصد", "هشتصد", "نهصد",
)  # fmt: skip

_WORDS: dict[str, tuple[Role, str]] = {
    **{word: (Role.UNIT, str(value)) for value, words in enumerate(_UNITS) for word in words.split()},
    **{word: (Role.TEEN, str(value)) for value, words in enumerate(_TEENS, 10) for word in words.split()},
    **{word: (Role.TENS, str(value * 10)) for value, words in enumerate(_TENS, 2) for word in words.split()},
    **{word: (Role.HUNDREDS, str(value * 100)) for value, words in enumerate(_HUNDREDS, 1) for word in words.split()},
    "هزار": (Role.THOUSAND, ""),
    **dict.fromkeys(("دوبل", "دابل"), (Role.REPEAT, "2")),
    **dict.fromkeys(("تریپل", "سه‌بل"), (Role.REPEAT, "3")),
    "تا": (Role.TIMES, ""),
    **dict.fromkeys(("مثبت", "پلاس", "به‌علاوه"), (Role.PLUS, "+")),
    "و": (Role.AND, ""),
    "یه": (Role.HOMOPHONE, "1"),
    "نوه": (Role.HOMOPHONE, "9"),
}
_FILLERS = word_set("بله آره خب بعد بعدش باشه اوکی درسته لطفا لطفاً حالا سپس دوباره ممیز نقطه اسلش هم چشم بفرمایید") | {
    "و بعد",
    *("آخرش", "آخرشم", "آخرش هم", "آخریش", "بعدیش", "وسطش", "اولش", "ادامه‌ش", "بقیه‌ش", "بقیش"),
    "بعد از اون",
    "بعدش هم",
    "خیلی خب",
    "می‌شه",
    "میشه",
}
_HESITATIONS = word_set("ام امم اممم اِم اوم اه هوم یعنی ببخشید خط‌تیره تیره فاصله صبر اشتباه") | {
    *(
        "خط تیره",
        "یه لحظه",
        "یک لحظه",
        "صبر کنید",
        "بذارید ببینم",
        "اجازه بدید",
        "نه ببخشید",
        "ببخشید اشتباه شد",
        "چند لحظه",
    ),
    *(
        "اشتباه گفتم",
        "اشتباه شد",
        "اصلاح می‌کنم",
        "از اول",
        "دوباره می‌گم",
        "نه خیر",
        "نه اشتباه گفتم",
        "نه صبر کنید",
        "الان می‌گم",
    ),
}
_STOPS = word_set(
    "آدرس آدرسم ایمیل ایمیلم ایمیلش هست است من به با از در که را رو این آن برای بنویسید بفرستید لطفا بله خب میل "
    "جیمیلم پست "
    "الکترونیک اینه میشه می‌شه یادداشت کنید"
)

_LETTERS = letter_names(
    "a:ای,ا b:بی c:سی d:دی e:ایی,ئی f:اف g:جی h:اچ,ایچ i:آی j:جی,جِی k:کی,کِی l:ال m:ام n:ان o:او p:پی q:کیو r:آر s:اس t:تی "
    "u:یو v:وی w:دبلیو,دابلیو x:ایکس,اکس y:وای z:زد,زی"
)

SPOKEN.register("fa")(
    SpokenLanguage(
        words=_WORDS,
        fillers=_FILLERS,
        hesitations=_HESITATIONS,
        corrections=word_set(
            "نه ببخشید|ببخشید|ببخشید اشتباه شد|اشتباه گفتم|اشتباه شد|اشتباه|اصلاح می‌کنم|از اول|دوباره می‌گم|"
            "دوباره|"
            "نه اشتباه گفتم|نه صبر کنید|یعنی|ببخشید نه|نخیر|منظورم|معذرت می‌خوام|عذر می‌خوام|شرمنده",
            "|",
        ),
        read=reader(joins_bare=True),
        letters=_LETTERS,
        explaining=("مثل", "مثلِ", "مث"),
        signs={
            "@": ("ات ساین", "اتساین", "ات‌ساین", "ات", "ات سایت", "at", "اد ساین"),
            ".": ("نقطه", "دات", "dot"),
            "-": ("خط تیره", "خط‌تیره", "تیره", "دش", "منها"),
            "_": ("آندرلاین", "اندرلاین", "آندراسکور", "زیرخط", "خط زیر"),
            "+": ("پلاس", "به علاوه"),
            "": ("حرف", "عدد", "بزرگ", "کوچیک", "کوچک"),
        },
        stops=_STOPS,
    )
)
