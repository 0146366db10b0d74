"""What the name of a field says about its value, in the languages we speak and in how programmers write names.

Rules:
1. A name is cut into words: at signs, digits, blanks, and where a capital follows ("cardCvv", "nr telefonu",
   "phone1"). Of the rows of words that the table holds the longest tells, then the one that stands first in the table:
   "billing_address" is an address, "ip_address" is none. Chinese names have no words; they are looked through.
2. Words for somebody ("customer", "from") say that the value is a name only where they are the whole field name:
   "customer since" is a day.
3. Some names hold a word of the table and say the opposite ("card type"): they stand in the table with no kind.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from razdar.core.redaction.folding import plain
from razdar.core.redaction.spans import SpanType


class Meaning(NamedTuple):
    """What a field holds.

    Attributes:
        kind: its value is concealed whole as this; None where the value has to be searched.
        known: the attribute of ``KnownCustomer`` for it, or nothing.
        is_whose: a word for somebody (rule 2).
    """

    kind: SpanType | None
    known: str = ""
    is_whose: bool = False


NOTHING = Meaning(None)
LONGEST = 100
_MOST_WORDS = 4

_TABLE: tuple[tuple[Meaning, str], ...] = (
    (NOTHING,
     "cardtype cardbrand cardnetwork accounttype accountstatus accountmanager addresstype phonetype emailtype "
     "membertype memberlevel companyname productname filename filetype eventname hostname domainname storename "
     "shopname brandname planname campaignname queuename teamname tablename columnname fieldname skillname servicename "
     "tagname statusname typename groupname channelname projectname devicename modelname itemname bankname "
     "branchname classname pinned namespace orderstatus tokentype tokencount tokens passwordchangedat mailingid "
     "emailverified phoneverified emailsent callfrom validfrom useragent"),
    (Meaning(SpanType.CVV),
     "cvv cvc cvn csc cid2 verificationvalue securitycode securitynumber cardverification cardcode kodcvv kodcvc "
     "kodbezpieczenstwa codigodeseguranca codigoseguranca کدامنیتی 安全碼 安全码 驗證值 सुरक्षाकोड"),
    (Meaning(SpanType.SECRET),
     "otp totp onetimecode onetimepassword verificationcode authcode smscode accesscode twofactorcode mfacode "
     "backupcode recoverycode apikey secret secretkey clientsecret privatekey accesskey token accesstoken "
     "refreshtoken authtoken sessiontoken bearertoken kodsms kodweryfikacyjny codigosms codigodeverificacao "
     "رمزپویا کدتایید 驗證碼 验证码 ओटीपी"),
    (Meaning(SpanType.PIN, "postcodes"), "pincode"),
    (Meaning(SpanType.PIN), "pin pinnumber 提款密碼 पिन"),
    (Meaning(SpanType.PASSWORD),
     "password passwd passwort passphrase pwd pw passcode pass haslo haslem hasla senha contrasena رمز رمزعبور "
     "گذرواژه پسورد 密碼 密码 口令 पासवर्ड mothersmaidenname maidenname securityanswer nazwiskopanienskie"),
    (Meaning(SpanType.EXPIRY), "expiry expiration cardexpiry expirydate expirationdate expdate validade 有效期"),
    (Meaning(SpanType.USERNAME, "usernames"),
     "username userid userlogin login loginname handle nick nickname screenname nazwauzytkownika nomedeusuario "
     "نامکاربری 用戶名 用户名"),
    (Meaning(SpanType.EMAIL, "emails"), "email mail emailaddress mailaddress poczta correio ایمیل 郵箱 邮箱 電郵 ईमेल"),
    (Meaning(SpanType.IP), "ip ipaddress ipaddr ipv clientip remoteip remoteaddr"),
    (Meaning(SpanType.MAC), "mac macaddress"),
    (Meaning(SpanType.URL), "url homepage website"),
    (Meaning(SpanType.PERSON, "surname"),
     "surname lastname familyname nachname nazwisko sobrenome apelido نامخانوادگی فامیل فامیلی 姓氏 उपनाम"),
    (Meaning(SpanType.PERSON, "given_names"),
     "givenname firstname forename middlename given vorname imie primeironome prenome"),
    (Meaning(SpanType.DOB, "birth_dates"),
     "birth birthday birthdate dateofbirth dob born geburtsdatum urodzenia urodzin nascimento تولد تاریختولد "
     "出生 生日 जन्म जन्मतिथि"),
    (Meaning(SpanType.PHONE, "phones"),
     "phone telephone mobile cell cellphone tel fax whatsapp msisdn landline callerid telefon telefonu telefony "
     "komorka komorkowy telefone celular handy تلفن موبایل همراه شمارهتلفن 電話 电话 手機 手机 फोन मोबाइल"),
    (Meaning(SpanType.ZIP, "postcodes"),
     "zip zipcode postcode postalcode cep kodpocztowy plz کدپستی 郵遞區號 邮编 郵編 पिनकोड"),
    (Meaning(SpanType.ADDRESS, "addresses"),
     "address street addr adres adresu ulica endereco morada logradouro rua adresse strasse straße آدرس نشانی "
     "خیابان 地址 住址 पता"),
    (Meaning(SpanType.IBAN, "accounts"), "iban sheba شبا"),
    (Meaning(SpanType.CARD, "accounts"),
     "card cardnumber cardno pan ccnum ccnumber ccno cc creditcard debitcard karta karty cartao کارت شمارهکارت "
     "卡號 卡号 कार्ड"),
    (Meaning(SpanType.ACCOUNT, "accounts"),
     "account accountnumber accountno acct konto konta nrkonta conta حساب شمارهحساب 帳號 账号 帳戶 खाता"),
    (Meaning(SpanType.PASSPORT, "national_ids"), "passport passportno passaporte paszport paszportu گذرنامه 護照 护照"),
    (Meaning(SpanType.DRIVER_LICENSE, "national_ids"),
     "drivinglicence drivinglicense driverlicense driverslicense driverlicence licencenumber licensenumber cnh"),
    (Meaning(SpanType.TAX_ID, "national_ids"), "taxid taxnumber taxno vatid vatnumber nip regon cnpj gstin"),
    (Meaning(SpanType.NATIONAL_ID, "national_ids"),
     "nationalid nationalidnumber nationalnumber ssn socialsecuritynumber nino pesel aadhaar aadhar cpf identity "
     "identitynumber idcard idnumber iddocument dowod dowodu کدملی شمارهملی 身分證 身份证 आधार"),
    (Meaning(None, "national_ids"), "national tax license licence"),
    (Meaning(None, "references"),
     "order reference ref policy claim case ticket booking invoice contract customerid clientid memberid"),
    (Meaning(None, "places"), "city town"),
    (Meaning(SpanType.PERSON, "names"),
     "name fullname displayname cardholder cardholdername accountholder nameoncard customername clientname sendername "
     "contactperson nazwaklienta imieinazwisko nome nomecompleto nombre نام اسم نامکامل 姓名 名字 नाम naam"),
    (Meaning(SpanType.PERSON, "names", is_whose=True),
     "author sender from recipient to customer client contact speaker caller callee user member patient owner "
     "employee assignee klient nadawca cliente remetente cliente مشتری فرستنده 客戶 客户 顧客 ग्राहक"),
)  # fmt: skip

_RANKED: dict[str, tuple[int, Meaning]] = {}
for _meaning, _words in _TABLE:
    for _word in _words.split():
        _RANKED.setdefault(plain(_word), (len(_RANKED), _meaning))
_UNPARTED = tuple(word for word in _RANKED if word[0] >= "\u2e80")

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS = re.compile(r"[\s\d\u200c_\-./\\:;,#()\[\]{}'\"*?!+&|=<>@]+")


def words_of(name: str) -> list[str]:
    """The words of a field name, without case and accents (rule 1)."""
    return [word for word in _SIGNS.split(plain(_CAPITAL.sub(" ", name[:LONGEST]))) if word]


@lru_cache(4096)
def meaning(name: str) -> Meaning:
    """What a field of this name holds; ``NOTHING`` where the name does not tell."""
    words = words_of(name)
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        rows = ("".join(words[at : at + count]) for at in range(len(words) - count + 1))
        found = [each for each in map(_entry, rows) if each is not None]
        telling = [each for each in found if not each[1].is_whose or count == len(words)]
        if telling:
            return min(telling)[1]
    joined = "".join(words)
    within = [_RANKED[word] for word in _UNPARTED if word in joined]
    telling = [each for each in within if not each[1].is_whose]
    return min(telling)[1] if telling else NOTHING


def _entry(row: str) -> tuple[int, Meaning] | None:
    return _RANKED.get(row) or _RANKED.get(row.removesuffix("s"))
