"""Names, addresses, passwords and user names by the words beside them; ordinary sentences stay as they are."""

import pytest

from razdar.core.redaction import SpanType
from tests.core.redaction.cases import found


@pytest.mark.parametrize(
    ("lang", "text", "names"),
    [
        ("en", "hello my name is Anna Kowalska and I need help", ["Anna Kowalska"]),
        ("en", "my name is anna kowalska and i need help", ["anna kowalska"]),
        ("en", "This is Anna calling about my card", ["Anna"]),
        ("en", "I'm Anna Kowalska.", ["Anna Kowalska"]),
        ("en", "Thank you Mr. Smith, good-bye mister jones", ["Smith", "jones"]),
        ("en", "that is spelled w e x c o m b e", ["w e x c o m b e"]),
        ("en", "Dear Anna,\nall is well.\nBest regards,\nJohn Baker", ["Anna", "John Baker"]),
        ("pl", "nazywam się jan kowalski i mieszkam", ["jan kowalski"]),
        ("pl", "dla pana Kowalskiego", ["Kowalskiego"]),
        ("pt", "Dona Cleide, meu nome é Ana de Souza.", ["Cleide", "Ana de Souza"]),
        ("fa", "اسمم شیرین فرهمند هست", ["شیرین فرهمند"]),
        ("fa", "آقای کریمی، سلام", ["کریمی"]),
        ("hi", "मेरा नाम कविता जोशी है", ["कविता जोशी"]),
        ("hi", "namaste main Suresh Yadav bol raha hoon", ["Suresh Yadav"]),
        ("zh", "我叫黃鈺珊，敝姓陳，林先生", ["黃鈺珊", "陳", "林"]),
        ("zh", "我是陳小美，住台北", ["陳小美"]),
        ("zh", "王小明先生您好，張和平先生也在", ["王小明", "張和平"]),
        ("zh", "我叫王小明信用卡掉了", ["王小明"]),
        ("zh", "我叫林文信", ["林文信"]),
        ("zh", "姓名：陳有生 手機", ["陳有生"]),
        ("zh", "我是陳信宏，我是林生祥", ["陳信宏", "林生祥"]),
        ("zh", "我姓王手機號碼換了", ["王"]),
        ("zh", "我是陳芳想問帳單", ["陳芳"]),
        ("en", "this is great, I am sure. I'm fine. This is a test.", []),
        ("en", "I am calling about my order, this is urgent", []),
        ("en", "the company name is Acme, 12 Oak Dr San Mateo", []),
        ("en", "my name is not on the list", []),
        ("pl", "proszę pana, to pan dzwonił", []),
        ("pt", "o seu pedido e a sua conta, sou cliente", []),
        ("hi", "जी हाँ सर जी, ठीक है जी", []),
        ("fa", "من مشتری شما هستم", []),
        ("zh", "我是要問帳單，先生您好", []),
    ],
)
def test_names(lang: str, text: str, names: list[str]) -> None:
    assert found(text, SpanType.PERSON, lang=lang) == names


@pytest.mark.parametrize(
    ("lang", "text", "addresses"),
    [
        ("en", "Send it to 17 Larkenmoor Crescent, flat 4 today", ["17 Larkenmoor Crescent, flat 4"]),
        ("en", "my address is 5100 Quadra 104", ["5100 Quadra 104"]),
        ("pl", "mieszkam przy ul. Szafirowej 9/4 w Krakowie", ["ul. Szafirowej 9/4 w Krakowie"]),
        ("pl", "Spotkanie: ul. Szafirowa 9", ["ul. Szafirowa 9"]),
        ("pt", "na Rua das Andorinhas, 87 hoje", ["Rua das Andorinhas, 87"]),
        ("fa", "آدرس: اصفهان، خیابان چهارباغ بالا، پلاک ۹\nتلفن", ["اصفهان، خیابان چهارباغ بالا، پلاک ۹"]),
        ("hi", "पता दुकान नंबर १७, बापू बाज़ार, जयपुर, पिन कोड", ["दुकान नंबर १७, बापू बाज़ार, जयपुर"]),
        ("zh", "地址是高雄市左營區博愛二路三百二十一號十二樓", ["高雄市左營區博愛二路三百二十一號十二樓"]),
        ("en", "5 minutes the other way, 2 people in the street", []),
        ("en", "what is your email address? 17 of them", []),
        ("zh", "三號公車走那條路", []),
    ],
)
def test_addresses(lang: str, text: str, addresses: list[str]) -> None:
    assert found(text, SpanType.ADDRESS, lang=lang) == addresses


@pytest.mark.parametrize(
    ("lang", "text", "passwords", "usernames"),
    [
        ("en", "my password is Blue7Horse, user name: anna_k", ["Blue7Horse"], ["anna_k"]),
        ("en", "the password is naveenp", ["naveenp"], []),
        ("pt", "meu usuário é mbarros_77 e a senha é Girassol#2031", ["Girassol#2031"], ["mbarros_77"]),
        ("pl", "hasło: Kot!2024", ["Kot!2024"], []),
        ("zh", "使用者代號 yating88 密碼 Sun7flower!", ["Sun7flower!"], ["yating88"]),
        ("en", "my password is blue at the rate one two three ok", ["blue at the rate one two three"], []),
        ("en", "I forgot my password and cannot log in", [], []),
        ("en", "your password is not safe, the login page is slow", [], []),
    ],
)
def test_passwords_and_user_names(lang: str, text: str, passwords: list[str], usernames: list[str]) -> None:
    assert found(text, SpanType.PASSWORD, lang=lang) == passwords
    assert found(text, SpanType.USERNAME, lang=lang) == usernames


@pytest.mark.parametrize(
    ("lang", "text", "kind", "values"),
    [
        ("hi", "पता: ग्राम भटवाड़ी, पोस्ट नंदप्रयाग\nपिन: 246449", SpanType.ADDRESS, ["ग्राम भटवाड़ी, पोस्ट नंदप्रयाग"]),
        (
            "en",
            "Address: The Old Mill, Nether Wallop\nPhone: 01264 000000",
            SpanType.ADDRESS,
            ["The Old Mill, Nether Wallop"],
        ),
        ("en", "address: https://example.org/x y", SpanType.ADDRESS, []),
        ("en", "user id mary91 pass Lucky@#2210 thanks", SpanType.PASSWORD, ["Lucky@#2210"]),
        ("en", "a boarding pass 22A/7 was lost", SpanType.PASSWORD, []),
        ("hi", "Thank you Jatin Oberoi ji", SpanType.PERSON, ["Jatin Oberoi"]),
        ("hi", "धीरे बोलिए जी", SpanType.PERSON, []),
        ("en", "Cust Ramesh Yadav called twice", SpanType.PERSON, ["Ramesh Yadav"]),
    ],
)
def test_forms_and_notes(lang: str, text: str, kind: SpanType, values: list[str]) -> None:
    assert found(text, kind, lang=lang) == values
