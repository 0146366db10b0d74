"""Columns of a table of customers: what they mean, and how they are called in the languages of those who keep them."""

import re
from collections.abc import Mapping

from razdar.core.disclosure import DataClass, info
from razdar.customers.fields import GENDERS
from razdar.runtime.imports.targets import Field, Target

LANGUAGE = "language"
NOBODY = "nobody"
LANGUAGE_TAG = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.IGNORECASE)
"""What may stand in the open as somebody's language; a name that got into the wrong column does not fit."""

GENDER_WORDS: Mapping[str, str] = {
    word: gender
    for gender, words in {
        "female": "f w woman weiblich frau kobieta k زن खी महिला 女 女性 mujer femme femenino ms mrs",
        "male": "m man männlich mann mężczyzna مرد पुरुष 男 男性 hombre homme masculino mr",
        "other": "o x d divers inna inne دیگر अन्य 其他 diverse nonbinary non-binary",
        "unknown": "u ? n/a unbekannt nieznana نامشخص अज्ञात 不明 未知",
    }.items()
    for word in words.split()
}

_ALIASES: Mapping[DataClass, str] = {
    DataClass.SURNAME: (
        "last name|family name|lastname|nachname|familienname|nazwisko|نام خانوادگی|उपनाम|姓|姓氏|apellido|nom"
    ),
    DataClass.GENDER: "sex|geschlecht|płeć|جنسیت|लिंग|性別|sexo|sexe|salutation",
    DataClass.GIVEN_NAME: "first name|firstname|forename|vorname|imię|نام|नाम|पहला नाम|名|名字|nombre|prénom",
    DataClass.BIRTH_DATE: (
        "date of birth|birthdate|birthday|dob|geburtsdatum|data urodzenia|تاریخ تولد|"
        "जन्म तिथि|出生日期|生日|fecha de nacimiento|date de naissance"
    ),
    DataClass.NATIONAL_ID: (
        "national id|national number|ssn|pesel|کد ملی|आधार|aadhaar|身分證|身分證字號|dni|personal number"
    ),
    DataClass.POSTAL_ADDRESS: ("address|postal address|street|anschrift|adresse|adres|نشانی|آدرس|पता|地址|dirección"),
    DataClass.REFERENCE_NO: (
        "reference|reference number|customer number|customer no|customer id|ref|"
        "cust no|kundennummer|kundennr|kdnr|nr klienta|numer klienta|شماره مشتری|ग्राहक संख्या|客戶編號|"
        "número de cliente"
    ),
    DataClass.PHONE: (
        "telephone|phone number|mobile|cell|telefon|telefonnummer|handy|"
        "telefon komórkowy|numer telefonu|تلفن|شماره تلفن|موبایل|फ़ोन|मोबाइल|電話|手機|"
        "teléfono|téléphone"
    ),
    DataClass.WHATSAPP_ID: "whatsapp|whatsapp number|wa|واتساپ|व्हाट्सएप",
    DataClass.EMAIL: ("e-mail|email address|mail|e-mail-adresse|adres e-mail|ایمیل|ईमेल|電子郵件|電郵|correo|courriel"),
}
"""Other names of each column, separated by bars."""

_EXAMPLES: Mapping[DataClass, str] = {
    DataClass.SURNAME: "Quillfeather",
    DataClass.GENDER: "female",
    DataClass.GIVEN_NAME: "Ottoline",
    DataClass.BIRTH_DATE: "1971-06-14",
    DataClass.NATIONAL_ID: "51912307648",
    DataClass.POSTAL_ADDRESS: "7 Nettlebrook Rise, Ostravelle",
    DataClass.REFERENCE_NO: "QX-771204",
    DataClass.PHONE: "+442079460777",
    DataClass.WHATSAPP_ID: "+442079460777",
    DataClass.EMAIL: "ottoline.q@example.org",
}
_SEVERAL = {DataClass.PHONE, DataClass.WHATSAPP_ID, DataClass.EMAIL}
_LANGUAGES = frozenset({"en", "fa", "hi", "pl", "zh", "zh-hant", "de", "fr", "es", "it", "tr", "ar", "ru", "uk"})

REASONS: Mapping[str, str] = {
    "surname": "The surname is too long or holds signs that cannot be stored.",
    "given-name": "The given name is too long or holds signs that cannot be stored.",
    "gender": "The gender is none of female, male, other, unknown.",
    "birth-date": "The date of birth is not one, or cannot be right. Write year-month-day, like 1984-03-31.",
    "national-id": "The national id is too long or holds signs that cannot be stored.",
    "postal-address": "The address is too long or holds signs that cannot be stored.",
    "reference-no": "The reference is too long or holds signs that cannot be stored.",
    "phone": "The telephone number is not one.",
    "whatsapp-id": "The WhatsApp number is not one.",
    "email": "The e-mail address is not one.",
    LANGUAGE: "The language is not a code like en or zh-hant.",
    NOBODY: "The row has nothing by which a customer could be told from another.",
}

TARGET = Target(
    kind="customers",
    things="customers",
    fields=(
        *(
            Field(
                str(c),
                info(c).label.lower(),
                _EXAMPLES[c],
                several=c in _SEVERAL,
                codes=frozenset({*GENDERS, *GENDER_WORDS}) if c is DataClass.GENDER else frozenset(),
                aliases=tuple(names.split("|")),
            )
            for c, names in _ALIASES.items()
        ),
        Field(
            LANGUAGE,
            "the customer's language",
            "en",
            codes=_LANGUAGES,
            aliases=("lang", "sprache", "język", "زبان", "भाषा", "語言", "idioma", "langue"),
        ),
    ),
    one_of=(tuple(str(c) for c in _ALIASES if c is not DataClass.GENDER),),
    reasons=REASONS,
)
"""What ``razdar import`` knows of customers."""
