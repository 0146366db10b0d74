"""Hindi numbers, in Devanagari and in Latin letters, with English digits in between, as callers in India say them.

Eleven to ninety-nine are words of their own, so they are a table. Nasal signs and nukta are folded by the 8-bit view.
"""

from razdar.core.redaction.counting import reader
from razdar.core.redaction.numerals import SPOKEN, Role, SpokenLanguage, letter_names, word_set

_TABLE = (
    "शून्य ज़ीरो जीरो ज़ेरो shunya zero", "एक वन ek one", "दो टू do two", "तीन थ्री teen three",
    "चार फोर फ़ोर char chaar four",
    "पांच फाइव फ़ाइव फाईव paanch panch five", "छह छः छे छै छ सिक्स chhe che chhah chah six", "सात सेवन सेवेन saat seven",
    "आठ एट ऐट aath aat eight", "नौ नाइन नाईन nau nine", "दस टेन das dus ten", "ग्यारह gyarah gyara eleven",
    "बारह barah twelve", "तेरह terah thirteen", "चौदह chaudah fourteen", "पंद्रह पन्द्रह pandrah fifteen",
    "सोलह solah sixteen", "सत्रह सतरह satrah seventeen", "अठारह अट्ठारह atharah eighteen",
    "उन्नीस unnis unnees nineteen",
    "बीस bees", "इक्कीस ikkis ikkees", "बाईस बाइस bais baees", "तेईस तेइस teis teyis", "चौबीस chaubis chaubees",
    "पच्चीस pachchis pachis pachees", "छब्बीस chhabbis chabbis", "सत्ताईस सत्ताइस sattais",
    "अट्ठाईस अट्ठाइस अठाईस अठ्ठाईस atthais athais",
    "उनतीस उन्तीस untis unatis", "तीस tees", "इकतीस इकत्तीस iktis ikattis", "बत्तीस battis",
    "तैंतीस तेंतीस taintis tentis",
    "चौंतीस chauntis", "पैंतीस paintis", "छत्तीस chhattis chattis", "सैंतीस saintis", "अड़तीस adtis artis",
    "उनतालीस उन्तालीस untalis", "चालीस chalis chalees", "इकतालीस iktalis", "बयालीस बियालीस bayalis",
    "तैंतालीस तेतालीस taintalis",
    "चवालीस चौवालीस चौंवालीस chavalis chawalis", "पैंतालीस paintalis", "छियालीस chhiyalis", "सैंतालीस saintalis",
    "अड़तालीस adtalis artalis",
    "उनचास उन्चास unchas", "पचास pachas pachaas", "इक्यावन ikyavan ikyawan", "बावन bavan bawan",
    "तिरपन तिरेपन tirpan",
    "चौवन chauvan chauwan", "पचपन pachpan", "छप्पन chhappan chappan", "सत्तावन sattavan sattawan",
    "अट्ठावन अठ्ठावन अठावन atthavan athawan",
    "उनसठ unsath", "साठ", "इकसठ iksath", "बासठ basath", "तिरसठ तिरेसठ tirsath", "चौंसठ चौसठ chaunsath chausath",
    "पैंसठ painsath",
    "छियासठ छासठ chhiyasath", "सड़सठ सरसठ sadsath sarsath", "अड़सठ adsath arsath", "उनहत्तर उन्हत्तर unhattar",
    "सत्तर sattar",
    "इकहत्तर ikhattar", "बहत्तर bahattar", "तिहत्तर tihattar", "चौहत्तर chauhattar", "पचहत्तर पिचहत्तर pachhattar",
    "छिहत्तर chhihattar",
    "सतहत्तर satattar sathattar", "अठहत्तर athattar athhattar", "उन्यासी उनासी unyasi unasi", "अस्सी assi",
    "इक्यासी ikyasi", "बयासी bayasi",
    "तिरासी tirasi", "चौरासी chaurasi", "पचासी pachasi", "छियासी chhiyasi", "सत्तासी सतासी satasi sattasi",
    "अट्ठासी अठासी athasi atthasi",
    "नवासी navasi", "नब्बे nabbe", "इक्यानवे इक्यानबे ikyanve ikyanbe", "बानवे बानबे banve banbe",
    "तिरानवे तिरानबे tiranve tiranbe",
    "चौरानवे चौरानबे chauranve", "पचानवे पंचानवे पचानबे pachanve panchanve", "छियानवे छियानबे chhiyanve",
    "सत्तानवे सत्तानबे sattanve",
    "अट्ठानवे अट्ठानबे अठानवे atthanve athanve", "निन्यानवे निन्यानबे ninyanve ninanve",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_WORDS: dict[str, tuple[Role, str]] = {
    **{
        word: (Role.UNIT if value < 10 else Role.TEEN, str(value))
        for value, words in enumerate(_TABLE)
        for word in words.split()
    },
    **{word: (Role.TENS, str(value * 10)) for value, word in enumerate(_ENGLISH_TENS, 2)},
    **dict.fromkeys(("oh", "ओ"), (Role.HOMOPHONE, "0")),
    **dict.fromkeys(("saath", "sath"), (Role.HOMOPHONE, "60")),
    **dict.fromkeys(("सौ", "सो", "sau", "hundred"), (Role.HUNDRED, "")),
    **dict.fromkeys(("हज़ार", "हजार", "hazaar", "hazar", "thousand"), (Role.THOUSAND, "")),
    **dict.fromkeys(("लाख", "lakh", "laakh"), (Role.LAKH, "")),
    **dict.fromkeys(("डबल", "double", "दोहरा"), (Role.REPEAT, "2")),
    **dict.fromkeys(("ट्रिपल", "triple", "तिहरा"), (Role.REPEAT, "3")),
    **dict.fromkeys(("बार", "baar"), (Role.TIMES, "")),
    **dict.fromkeys(("प्लस", "plus"), (Role.PLUS, "+")),
    **dict.fromkeys(("और", "aur"), (Role.AND, "")),
}
_FILLERS = word_set(
    "हाँ हां जी ठीक अच्छा फिर उसके बाद अब सही ओके ok okay haan ji theek achha phir fir uske baad ab sahi right yes "
    "स्लैश slash डॉट नहीं nahi nahin तो to"
) | {
    "ठीक है",
    "theek hai",
    "उसके बाद",
    "uske baad",
    "जी हाँ",
    "ji haan",
    "हाँ जी",
    "और फिर",
    "aur phir",
    "aage",
    "आगे",
    "आखिर में",
    "आखिरी",
    "aakhir mein",
    "aakhri",
}
_HESITATIONS = word_set(
    "उम्म उम अ अअ अं आं ऊं अम्म अम हम्म हूँ मतलब रुकिए माफ़ माफ सॉरी sorry um uh umm hmm matlab rukiye dash डैश हाइफन hyphen स्पेस space एं"
) | {
    *("एक मिनट", "एक सेकंड", "ek minute", "ek second", "रुकिए ज़रा", "ज़रा रुकिए", "देखता हूँ", "देखती हूँ", "dekhta hoon"),
    *(
        "माफ़ कीजिए",
        "माफ कीजिए",
        "नहीं नहीं",
        "nahi nahi",
        "गलत हो गया",
        "galat ho gaya",
        "फिर से",
        "phir se",
        "sorry sorry",
    ),
    *(
        "नहीं सॉरी",
        "nahi sorry",
        "सॉरी सॉरी",
        "दोबारा बोलता हूँ",
        "एक मिनट रुकिए",
        "ek minute rukiye",
        "hold on",
        "ek min",
        "ek sec",
        "रुको ज़रा",
        "देखने दो",
    ),
}
_STOPS = word_set(
    "है हैं मेरा मेरी मेरे ईमेल मेल आईडी पर को का की के यह वो और भेज दीजिए कर लिखिए नोट hai mera meri mere email "
    "mail id "
    "par pe ko ka ki ke ye yeh aur bhej dijiye kar likhiye note is my the please"
)

_LETTERS = letter_names(
    "a:ए b:बी c:सी d:डी e:ई f:एफ,ऐफ g:जी h:एच,ऐच i:आई j:जे k:के l:एल,ऐल m:एम,ऐम n:एन,ऐन o:ओ p:पी q:क्यू r:आर s:एस,ऐस t:टी u:यू "
    "v:वी w:डब्ल्यू,डब्लू,डबल्यू x:एक्स,ऐक्स y:वाई,वाय z:ज़ेड,जेड,ज़ी"
)

SPOKEN.register("hi")(
    SpokenLanguage(
        words=_WORDS,
        fillers=_FILLERS,
        hesitations=_HESITATIONS,
        corrections=word_set(
            "नहीं|नहीं नहीं|सॉरी|नहीं सॉरी|सॉरी सॉरी|माफ़ कीजिए|माफ कीजिए|माफ़ कीजिएगा|गलत हो गया|गलत|फिर से|दोबारा|"
            "दोबारा बोलता हूँ|"
            "दोबारा बोलती हूँ|मतलब|nahi|nahin|nahi nahi|sorry|nahi sorry|sorry sorry|galat|galat ho gaya|phir se|"
            "dobara|matlab|"
            "no|no no|no sorry|wait|maaf kijiye|ग़लत बोल दिया|galat bol diya|नो|"
            "अरे नहीं|अरे सॉरी|ओह सॉरी|अरे|arre|arre nahi|arre sorry|oh sorry|oops|ग़लत|गलत बोल दिया|गलत बोल दी|गलती हो गई|"
            "galti ho gayi|actually|एक्चुअली|सही नंबर है|नहीं रुको|नहीं रुकिए|रुको|रुकिए|nahi ruko|nahi rukiye|ruko|rukiye|ruk jao",
            "|",
        ),
        read=reader(joins_bare=True),
        letters=_LETTERS,
        explaining=("for", "as in", "से", "फॉर", "फ़ॉर", "जैसे", "matlab"),
        signs={
            "@": (
                "एट द रेट",
                "ऐट द रेट",
                "एट दी रेट",
                "एट",
                "ऐट",
                "at the rate",
                "at the rate of",
                "at d rate",
                "at",
                "एट रेट",
            ),
            ".": ("डॉट", "डाट", "बिंदु", "dot", "point"),
            "-": ("डैश", "हाइफन", "माइनस", "dash", "hyphen"),
            "_": ("अंडरस्कोर", "अंडर स्कोर", "underscore", "under score"),
            "+": ("प्लस", "plus"),
            "": ("कैपिटल", "स्मॉल", "capital", "small", "नंबर", "अंक"),
        },
        stops=_STOPS,
    )
)
