"""What callers and agents in India call things, in Devanagari and in Hindi written with Latin letters."""

from razdar.core.redaction.cues import Cue

WORDS = {
    Cue.CARD: "कार्ड|कार्ड नंबर|कार्ड नम्बर|क्रेडिट कार्ड|डेबिट कार्ड|एटीएम कार्ड|कार्ड का नंबर|card ka number|"
    "card number hai|सोलह अंक|16 अंक|रुपे|कार्ड संख्या|debit card ka number|credit card ka number",
    Cue.CVV: "सीवीवी|सी वी वी|कार्ड के पीछे|पीछे के तीन|पीछे का नंबर|card ke peeche|peeche ke teen",
    Cue.EXPIRY: "एक्सपायरी|एक्सपायरी डेट|एक्सपायर|समाप्ति तिथि|वैधता|वैलिड|कब तक वैलिड|valid upto|valid kab tak|एक्सपाइरी|expiry date hai",
    Cue.PIN: "पिन|पिन नंबर|एटीएम पिन|यूपीआई पिन|upi pin|mpin|एमपिन|m pin|पासकोड",
    Cue.SECRET: "delivery code|डिलीवरी कोड|मैसेज में|मैसेज आया|आपका ओटीपी|ओटीपी नंबर|एसएमएस में|message mein|"
    "ओटीपी|ओ टी पी|ओटीपी है|otp aaya|otp hai|वन टाइम पासवर्ड|सत्यापन कोड|कोड आया|कोड है|वेरिफिकेशन कोड|"
    "code aaya|otp aaya hai|एक बार का पासवर्ड",
    Cue.PASSWORD: "पासवर्ड|पास वर्ड|कूटशब्द|password hai|पासवर्ड है",
    Cue.USERNAME: "यूज़रनेम|यूजरनेम|यूज़र आईडी|यूजर आईडी|लॉगिन|लॉगिन आईडी|उपयोगकर्ता नाम",
    Cue.PHONE: "फोन|फ़ोन|फोन नंबर|फ़ोन नंबर|मोबाइल|मोबाइल नंबर|मोबाईल|नंबर पर|संपर्क|कॉल|टेलीफोन|दूरभाष|व्हाट्सएप|व्हाट्सऐप|"
    "phone number hai|mobile number hai|mera number|मेरा नंबर|contact number hai|number pe call|कॉल बैक|रजिस्टर्ड नंबर|"
    "मो|मो०|मोबा|registered mobile|registered number|lo number|number likh*",
    Cue.EMAIL: "ईमेल|ई-मेल|इमेल|मेल आईडी|ईमेल आईडी|मेल|mail id hai|email id hai|जीमेल",
    Cue.IBAN: "आईबीएएन",
    Cue.ACCOUNT: "cif|cif number|cif no|ग्राहक संख्या|खाता|खाता नंबर|खाता संख्या|खाते|खाते का नंबर|अकाउंट|अकाउंट नंबर|बैंक खाता|बैंक अकाउंट|ग्राहक संख्या|"
    "कस्टमर आईडी|account number hai|khata|khata number|khata sankhya|उपभोक्ता संख्या|उपभोक्ता नंबर|कंज्यूमर नंबर|कंज़्यूमर नंबर|कंज्यूमर नं|consumer number|consumer no|सदस्यता संख्या|crn|"
    "ca number|लोन नंबर|लोन अकाउंट",
    Cue.NATIONAL_ID: "पहचान पत्र|पहचान संख्या|आईडी नंबर|राष्ट्रीय पहचान|pehchan patra",
    Cue.TAX_ID: "कर पहचान|टैक्स आईडी|टैक्स नंबर",
    Cue.PASSPORT: "पासपोर्ट|पासपोर्ट नंबर|पासपोर्ट संख्या|passport number hai",
    Cue.DRIVER_LICENSE: "ड्राइविंग लाइसेंस|लाइसेंस|लाइसेंस नंबर|लाइसेंस नम्बर|driving licence number|licence number hai",
    Cue.DOC_ID: "दस्तावेज़ संख्या|राशन कार्ड|राशन कार्ड नंबर|राशन कार्ड संख्या|ration card|एपिक|एपिक नंबर|epic number|वोटर कार्ड|वोटर आईडी|आभा|abha|abha number",
    Cue.VEHICLE: "गाड़ी नंबर|गाड़ी का नंबर|वाहन|वाहन संख्या|गाड़ी|gaadi number|gaadi ka number|gadi number|gaadi|chassis|"
    "नंबर प्लेट|चेसिस नंबर|इंजन नंबर",
    Cue.REFERENCE: "ऑर्डर|ऑर्डर नंबर|आर्डर|ऑर्डर आईडी|बुकिंग|बुकिंग आईडी|पीएनआर|शिकायत|शिकायत संख्या|शिकायत नंबर|"
    "रेफरेंस|रेफरेंस नंबर|संदर्भ संख्या|टिकट|टिकट नंबर|पॉलिसी|पॉलिसी नंबर|क्लेम|क्लेम नंबर|दावा|ट्रांजैक्शन|"
    "ट्रांजैक्शन आईडी|इनवॉइस|बिल नंबर|complaint number hai|order id hai|utr|utr number|यूटीआर|आवेदन संख्या|उपभोक्ता क्रमांक|शिकायतें|"
    "awb|awb number|awb no|एडब्ल्यूबी|अपॉइंटमेंट नंबर|ट्रैकिंग|ट्रैकिंग नंबर|docket|policy number hai",
    Cue.PERSON: "मेरा नाम|नाम है|आपका नाम|पूरा नाम|श्री|श्रीमती|सुश्री|जी|mera naam|naam hai|aapka naam|main|"
    "बोल रहा हूँ|बोल रही हूँ|bol raha|bol rahi|नाम|naam|शुभ नाम|कुमारी|डॉक्टर|डॉ|shri|shrimati|के नाम",
    Cue.ADDRESS: "पता|पते|घर का पता|डिलीवरी का पता|एड्रेस|रहता हूँ|रहती हूँ|निवासी|pata|ghar ka pata|address hai|rehta hoon|"
    "rehti hoon|निवास|मकान",
    Cue.ZIP: "पिन कोड|पिनकोड|डाक कोड|pin code|pincode",
    Cue.DOB: "जन्म|जन्मतिथि|जन्म तिथि|जन्मदिन|जन्म की तारीख|पैदा|जन्म तारीख|janm|janam|janm tithi|date of birth hai|"
    "paida|डेट ऑफ बर्थ|डीओबी|janamdin",
    Cue.DATE: "तारीख|दिनांक|तिथि|tareekh|tarikh",
    Cue.AMOUNT: "रुपये|रुपए|रुपया|रकम|राशि|कीमत|दाम|लाख|करोड़|हज़ार|प्रतिशत|किलो|मिनट|घंटे|लोग|rupaye|rupay|rupees|lakh|"
    "crore|hazaar|hazar|paise|बैलेंस|किश्त|किस्त|ईएमआई|emi|लीटर|बजे|रेट|रु|फीस|आदमी",
    Cue.NOTHING: "आपके फोन पर|आपके मोबाइल पर|आपके रजिस्टर्ड मोबाइल पर|aapke phone pe|aapke phone par|aapke mobile pe|"
    "aapke mobile par|शिकायत के लिए|शिकायतों के लिए|complaint ke liye",
    Cue.THING: "गाड़ी संख्या|train number|train no|gaadi sankhya|कमरा|कमरा नंबर|मंजिल|मंज़िल|फ्लाइट|उड़ान|ट्रेन|ट्रेन नंबर|मॉडल|संस्करण|पेज|साल|धारा|कूपन|प्लेटफॉर्म|train number",
}
