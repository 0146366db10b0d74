"""The name lists behind the demo's invented people, written for it: common surnames and given names of five scripts.

An entry is `name` or `name=latin`; the Latin form only serves for e-mail addresses. A surname with two forms is
`masculine/feminine`, its Latin form likewise. Surnames and given names are joined by position, never looked up.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A name as its owners write it, by gender, and in plain Latin letters."""

    masculine: str
    feminine: str
    latin_masculine: str
    latin_feminine: str


@dataclass(frozen=True)
class NameList:
    """One naming culture: BCP 47 language, surnames, and given names of either gender."""

    language: str
    surnames: tuple[Name, ...]
    feminine: tuple[Name, ...]
    masculine: tuple[Name, ...]


_POLISH = str.maketrans("ąćęłńóśżź", "acelnoszz")


def _name(entry: str) -> Name:
    native, _, latin = entry.partition("=")
    masculine, _, feminine = native.partition("/")
    latin_masculine, _, latin_feminine = (latin or native.lower().translate(_POLISH)).partition("/")
    return Name(masculine, feminine or masculine, latin_masculine, latin_feminine or latin_masculine)


def _names(table: str) -> tuple[Name, ...]:
    return tuple(_name(entry) for entry in table.split())


def _polish_surnames(table: str) -> tuple[Name, ...]:
    """Adjectival surnames end in -i for men and -a for women."""
    return _names(" ".join(f"{word}/{word[:-1]}a" if word.endswith("ki") else word for word in table.split()))


ENGLISH = NameList(
    "en",
    _names(
        """Abbott Barlow Bexley Caldwell Carver Colley Cranston Dalton Denham Easton Ellery Fairley Garrick Godwin
        Halden Harding Hartley Ingram Jarrow Keeble Kendrick Lambert Lockwood Marlow Mayhew Merrick Norwood Oakley
        Ogden Pemberton Prescott Quigley Radley Ramsden Saddler Selwyn Stanton Tennant Thackery Underhill Varley
        Wadham Walsh Wetherby Whitlock Winslow Wooding Yardley Yates Zeller Ashby Burrows"""
    ),
    _names(
        """Alice Beatrice Caroline Daphne Edith Frances Georgia Harriet Isobel Joanna Katherine Louisa Matilda Nora
        Olive Phoebe Rebecca Sylvia Theresa Verity"""
    ),
    _names(
        """Adrian Bernard Clement Dominic Edmund Felix Gregory Humphrey Isaac Julian Kenneth Leonard Martin Nathan Oscar
        Patrick Quentin Rupert Stephen Vincent"""
    ),
)

POLISH = NameList(
    "pl",
    _polish_surnames(
        """Adamczyk Baranowski Bielecki Borkowski Chmielewski Czarnecki Dąbek Domański Dudziak Falkowski Gajda
        Głowacki Górecki Grabowski Jabłoński Janicki Jasiński Kaczmarek Kalinowski Kasprzak Klimczak Kozioł
        Krajewski Kubiak Leśniak Lipiński Łuczak Majewski Malinowski Markowski Michalik Murawski Niemczyk
        Olszewski Orłowski Pawlak Piotrowski Rogalski Różański Sadowski Sikorski Sobczak Stępień Śliwiński Tomczak
        Urbański Walczak Wierzbicki Zawadzki Żurek"""
    ),
    _names(
        """Agnieszka Bożena Celina Dorota Ewelina Grażyna Halina Iwona Justyna Kinga Lucyna Małgorzata Natalia Oliwia
        Patrycja Renata Sylwia Urszula Wanda Zuzanna"""
    ),
    _names(
        """Andrzej Bartosz Czesław Dariusz Emil Filip Grzegorz Henryk Ireneusz Jarosław Kamil Łukasz Mariusz Norbert
        Paweł Rafał Szymon Tadeusz Wojciech Zbigniew"""
    ),
)

PERSIAN = NameList(
    "fa",
    _names(
        """رضایی=rezaei محمودی=mahmoudi کریمی=karimi صادقی=sadeghi نوروزی=norouzi شریفی=sharifi رستمی=rostami
        قاسمی=ghasemi یزدانی=yazdani بهرامی=bahrami فرهادی=farhadi ملکی=maleki کاظمی=kazemi اکبری=akbari
        زمانی=zamani سلیمانی=soleimani طاهری=taheri عباسی=abbasi غلامی=gholami فتحی=fathi مرادی=moradi نظری=nazari
        هاشمی=hashemi وحیدی=vahidi پورمند=pourmand توکلی=tavakoli جلالی=jalali چراغی=cheraghi حیدری=heidari
        خسروی=khosravi دانشور=daneshvar ذاکری=zakeri راستین=rastin زرین‌فر=zarinfar ژاله‌پور=zhalehpour
        سپهری=sepehri شکیبا=shakiba صالح‌نیا=salehnia گلستانی=golestani لطفی=lotfi"""
    ),
    _names(
        """آزاده=azadeh بهاره=bahareh پریسا=parisa ترانه=taraneh ثریا=soraya رویا=roya زهره=zohreh ژاله=zhaleh
        سارا=sara شیرین=shirin فرشته=fereshteh گلناز=golnaz لادن=ladan مهتاب=mahtab نسرین=nasrin
        هنگامه=hengameh"""
    ),
    _names(
        """آرش=arash بهمن=bahman پرویز=parviz تورج=touraj جمشید=jamshid خسرو=khosrow داریوش=dariush رامین=ramin
        سهراب=sohrab شاهین=shahin فرهاد=farhad کاوه=kaveh مازیار=maziar نادر=nader هوشنگ=houshang یاشار=yashar"""
    ),
)

HINDI = NameList(
    "hi",
    _names(
        """अग्रवाल=agrawal आचार्य=acharya उपाध्याय=upadhyay कश्यप=kashyap कुलकर्णी=kulkarni खन्ना=khanna
        गहलोत=gahlot गुप्ता=gupta घोषाल=ghoshal चतुर्वेदी=chaturvedi चौधरी=chaudhary जोशी=joshi
        झुनझुनवाला=jhunjhunwala ठाकुर=thakur डोगरा=dogra तिवारी=tiwari त्रिपाठी=tripathi दीक्षित=dixit
        देशमुख=deshmukh द्विवेदी=dwivedi नागर=nagar नेगी=negi पटेल=patel पांडेय=pandey प्रजापति=prajapati
        बंसल=bansal बिष्ट=bisht भट्ट=bhatt भारद्वाज=bharadwaj मल्होत्रा=malhotra माथुर=mathur मिश्रा=mishra
        मेहरा=mehra यादव=yadav राठौड़=rathore रावत=rawat वर्मा=verma व्यास=vyas शर्मा=sharma सक्सेना=saxena"""
    ),
    _names(
        """अनीता=anita इंदिरा=indira उषा=usha कविता=kavita गायत्री=gayatri चित्रा=chitra ज्योति=jyoti
        तृप्ति=tripti दीपिका=deepika नंदिनी=nandini पूनम=poonam मीनाक्षी=meenakshi रजनी=rajni वंदना=vandana
        शालिनी=shalini स्नेहा=sneha"""
    ),
    _names(
        """अजय=ajay ईशान=ishaan उमेश=umesh कमल=kamal गिरीश=girish जगदीश=jagdish तरुण=tarun दिनेश=dinesh
        नरेंद्र=narendra प्रकाश=prakash भूपेश=bhupesh मुकेश=mukesh राजीव=rajiv विवेक=vivek शेखर=shekhar
        हर्षवर्धन=harshvardhan"""
    ),
)

CHINESE = NameList(
    "zh-Hant",
    _names(
        """陳=chen 林=lin 黃=huang 張=chang 李=lee 王=wang 吳=wu 劉=liu 蔡=tsai 楊=yang 許=hsu 鄭=cheng 謝=hsieh 郭=kuo
        洪=hung 曾=tseng 邱=chiu 廖=liao 賴=lai 周=chou 徐=hsu 蘇=su 葉=yeh 莊=chuang 呂=lu 江=chiang 何=ho 蕭=hsiao
        羅=lo 高=kao 潘=pan 簡=chien 朱=chu 鍾=chung 彭=peng 游=yu 詹=chan 歐陽=ouyang 司徒=szutu 諸葛=chuko"""
    ),
    _names(
        """雅婷=yating 怡君=yichun 淑芬=shufen 美玲=meiling 佩珊=peishan 心怡=hsinyi 詩涵=shihhan 曉雯=hsiaowen
        靜宜=chingyi 慧君=huichun 玉蘭=yulan 思穎=szuying 秀琴=hsiuchin 文馨=wenhsin 麗華=lihua 若晴=joching"""
    ),
    _names(
        """志明=chihming 俊傑=chunchieh 建宏=chienhung 家豪=chiahao 冠宇=kuanyu 承翰=chenghan 柏翰=pohan 宗翰=tsunghan
        明哲=mingche 文雄=wenhsiung 國華=kuohua 永昌=yungchang 振宇=chenyu 士豪=shihhao 嘉文=chiawen 啟賢=chihsien"""
    ),
)

UKRAINIAN = NameList(
    "uk",
    _names(
        """Бондаренко=bondarenko Бойко=boyko Василенко=vasylenko Вдовиченко=vdovychenko Гаврилюк=havryliuk
        Гончарук=honcharuk Гриценко=hrytsenko Гуменюк=humeniuk Данильчук=danylchuk Демченко=demchenko
        Дорошенко=doroshenko Жуковський/Жуковська=zhukovskyi/zhukovska Забара=zabara Заєць=zaiets
        Іваненко=ivanenko Кириленко=kyrylenko Клименко=klymenko Коваль=koval Козаченко=kozachenko Костюк=kostiuk
        Кравець=kravets Кучеренко=kucherenko Лисенко=lysenko Литвин=lytvyn Марченко=marchenko Мельник=melnyk
        Мороз=moroz Назаренко=nazarenko Олійник=oliinyk Павленко=pavlenko Панченко=panchenko Поліщук=polishchuk
        Романюк=romaniuk Савчук=savchuk Семенюк=semeniuk Скрипник=skrypnyk Ткачук=tkachuk Федорчук=fedorchuk
        Черненко=chernenko Яременко=yaremenko"""
    ),
    _names(
        """Алла=alla Богдана=bohdana Валентина=valentyna Галина=halyna Дарина=daryna Євгенія=yevheniia
        Зоряна=zoriana Ірина=iryna Катерина=kateryna Лариса=larysa Мирослава=myroslava Надія=nadiia Оксана=oksana
        Поліна=polina Світлана=svitlana Тамара=tamara"""
    ),
    _names(
        """Андрій=andrii Богдан=bohdan Віталій=vitalii Геннадій=hennadii Денис=denys Євген=yevhen Захар=zakhar
        Ігор=ihor Кирило=kyrylo Леонід=leonid Максим=maksym Назар=nazar Остап=ostap Петро=petro Роман=roman
        Тарас=taras"""
    ),
)
