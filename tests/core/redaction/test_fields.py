"""Names of fields, in snake case and camel case and six languages."""

import time

import pytest

from razdar.core.redaction import KnownCustomer, SpanType
from razdar.core.redaction.fields import LONGEST, NOTHING, meaning


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (SpanType.CVV, "cvv,CVV2,cardCvv,cvv2Code,cvv_code,verification_value,security_code,card-cvc,CVVCode"),
        (SpanType.SECRET, "otp_code,api_key,apiKey,secret,X-Api-Key,client_secret,smsCode"),
        (SpanType.PASSWORD, "password,pw,db_password,haslo_klienta,Hasło,senha,رمز عبور,登入密碼,पासवर्ड,userPassword"),
        (SpanType.PIN, "pin,pin_code,PIN,pinCode"),
        (SpanType.PHONE, "phone,phone1,home_phone,telefon,nrTelefonu"),
        (SpanType.PHONE, "mobile_phone,cell,fax,nr telefonu,phones,手機號碼,شماره تلفن"),
        (SpanType.PERSON, "name,Nachname,sobrenome"),
        (SpanType.PERSON, "last name 2,LastName,contact person,speaker,Customer,imię,نام,客戶姓名"),
        (SpanType.ADDRESS, "billing_address,adres,shippingAddress,endereço,地址,पता"),
        (SpanType.CARD, "cc_num,card1,cardNumber,Card Number (PAN),numer karty"),
        (SpanType.IP, "ip_address,clientIp"),
        (SpanType.EMAIL, "email_address,customer_email,E-Mail"),
        (SpanType.USERNAME, "user_name,userName"),
        (SpanType.DOB, "date_of_birth,birthDate,data urodzenia"),
        (None, "tokens,card_type"),
        (None, "company_name,product name,customer_since,user_agent,valid_from,note,id,spinner,panel,mission"),
    ],
)  # fmt: skip
def test_kinds(kind: SpanType | None, names: str) -> None:
    assert {name: meaning(name).kind for name in names.split(",")} == dict.fromkeys(names.split(","), kind)


def test_a_record_is_read_by_the_same_words() -> None:
    record = {"lastName": "Thistledown", "nr telefonu": "600", "order_id": "Q7", "city": "Tarnwick", "card_type": "x"}
    assert KnownCustomer.of_mapping(record) == KnownCustomer(
        surname="Thistledown", phones=("600",), references=("Q7",), places=("Tarnwick",)
    )


def test_a_name_without_end() -> None:
    begun = time.thread_time()
    assert meaning("a_" * 500_000) is NOTHING
    assert meaning("x" * LONGEST + " password") is NOTHING
    assert time.thread_time() - begun < 0.5
