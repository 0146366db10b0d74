"""What Polish callers and agents call things."""

from razdar.core.redaction.cues import Cue

WORDS = {
    Cue.CARD: "karta|karty|kartę|karcie|kartą|kart|numer karty|numerem karty|karta kredytowa|karta debetowa|"
    "karty kredytowej|karty debetowej|karty płatniczej|szesnaście cyfr|16 cyfr|nr karty|visa|długi numer",
    Cue.CVV: "kod cvv|kod cvc|kod zabezpieczający|kod bezpieczeństwa|trzy cyfry z tyłu|cyferki z tyłu|trzy cyferki z tyłu|cyfry z tyłu|kod z tyłu|z tyłu karty|"
    "na odwrocie|na odwrocie karty|trzy cyfry na odwrocie|trzycyfrowy kod",
    Cue.EXPIRY: "ważna do|ważność|data ważności|termin ważności|ważności|ważna|ważna karta|ważności karty|datę ważności|wygasa",
    Cue.PIN: "pin|pin do infolinii|pinu do infolinii|kod pin|pinu|pinem|numer pin|telekod|kod dostępu|kod do domofonu",
    Cue.SECRET: "kodem|kod|kod blika|kodu blik|to twój kod|to pana kod|to pani kod|smsa z kodem|esemesa z kodem|esemes*|w esemesie|"
    "kod z sms*|kod sms|kod jednorazowy|hasło jednorazowe|kod weryfikacyjny|kod autoryzacyjny|kod blik|blik|"
    "kod potwierdzający|kod który przyszedł|kod aktywacyjny|jednorazowy kod|kod z wiadomości|przyszedł kod|"
    "kod z smsa|token|kod to|kod logowania|sześciocyfrowy kod|czterocyfrowy kod|pięciocyfrowy kod|kod sześciocyfrowy|"
    "kod czterocyfrowy|kod z sms",
    Cue.PASSWORD: "hasło|hasła|hasłem|hasło to",
    Cue.USERNAME: "login|logim|loginem|loginu|nazwa użytkownika|nazwę użytkownika|użytkownik|nick",
    Cue.PHONE: "telefon*|numer telefonu|nr telefonu|nr tel|komórk*|komórkow*|dzwonić|zadzwonić|oddzwonić|oddzwonienia|"
    "kontaktow*|numer kontaktowy|stacjonarny|whatsapp|tel|kom|numer do mnie|pod numerem|dzwoń|dzwońcie|zadzwoń|zadzwońcie|dzwonić na|na jaki numer|na który numer|na ten numer|sms|infolini*",
    Cue.EMAIL: "mail|maila|mailem|mailowy|adres mailowy|adres e-mail|adres email|poczt*|skrzynk*|e-maila|emaila",
    Cue.IBAN: "iban|nrb",
    Cue.ACCOUNT: "konto|konta|kontem|koncie|numer konta|nr konta|rachunek|rachunku|rachunkiem|numer rachunku|"
    "nr rachunku|nr rach|rach|numer klienta|nr klienta|identyfikator klienta|id klienta|numer abonenta|numer członkowski|"
    "numer licznika|numer kredytu|konto bankowe|konta bankowego",
    Cue.NATIONAL_ID: "numer identyfikacyjny|numer ewidencyjny|numer osobowy|numer tożsamości|tożsamości",
    Cue.TAX_ID: "numer podatkowy|identyfikacji podatkowej|podatkowy|vat|vat-ue|urząd skarbowy",
    Cue.PASSPORT: "paszport|paszportu|paszportem|numer paszportu|nr paszportu",
    Cue.DRIVER_LICENSE: "prawo jazdy|prawa jazdy|prawie jazdy|numer prawa jazdy",
    Cue.DOC_ID: "numer dokumentu|legitymacj*|karta pobytu|karty pobytu|wiz*",
    Cue.VEHICLE: "numer rejestracyjny|rejestracja|rejestracji|rejestracyjny|tablica|tablice|tablicy|vin|numer vin|"
    "numer nadwozia|samochód|auto|pojazd|blachy",
    Cue.REFERENCE: "zamówieni*|numer zamówienia|nr zamówienia|faktur*|numer faktury|nr faktury|reklamacj*|"
    "numer reklamacji|zgłoszeni*|numer zgłoszenia|nr zgłoszenia|numer sprawy|nr sprawy|sprawa|polis*|numer polisy|"
    "nr polisy|szkod*|numer szkody|nr szkody|umow*|numer umowy|nr umowy|rezerwacj*|numer rezerwacji|przesyłk*|"
    "numer przesyłki|paczk*|numer paczki|list przewozowy|bilet*|numer biletu|numer referencyjny|transakcj*|"
    "numer transakcji|kod rezerwacji|numer seryjny|sygnatura|identyfikator",
    Cue.PERSON: "nazywam się|mam na imię|moje imię|moje nazwisko|imię i nazwisko|nazwisko|nazwiska|z tej strony|mówi|"
    "przy telefonie|pan|pani|panem|panią|pana|panu|państwo|na nazwisko|godność|kłania się|posiadacz*|"
    "jak się pan nazywa|jak się pani nazywa|imię",
    Cue.ADDRESS: "adres|adresu|adresem|adres zamieszkania|adres dostawy|adres zameldowania|adres korespondencyjny|"
    "mieszkam|mieszka|zamieszkał*|zameldowan*|ulica|ulicy|dostarczyć na|pod adresem|wysłać na",
    Cue.ZIP: "kod pocztowy|kodem pocztowym|kodu pocztowego",
    Cue.DOB: "urodzon*|urodziłem się|urodziłam się|data urodzenia|datę urodzenia|daty urodzenia|ur|urodzin*",
    Cue.DATE: "data|termin|dnia|wizyt*|od dnia|do dnia",
    Cue.AMOUNT: "kwot*|cena|cenę|kosztuje|koszt*|suma|złotych|złote|złoty|zł|pln|euro|groszy|procent|sztuk*|saldo|"
    "wpłata|rabat|opłat*|rachunek wzrósł|rachunek za|rachunek wyniósł|rachunek przyszedł|"
    "faktura wyniosła|minut|godzin|osób|kilometr*|gram*|punkt*|rat*|stron|około|zapłat*",
    Cue.THING: "wersj*|kompilacj*|rocznik|pokój|pokoju|piętro|lot|lotu|model|pozycj*|kod błędu|błąd|numer części|kod produktu|indeks|"
    "kod rabatowy|gniazdo|rok|roku|linia|linii|autobus|tramwaj|peron|strona|artykuł|art|ustaw*|paragraf",
}
