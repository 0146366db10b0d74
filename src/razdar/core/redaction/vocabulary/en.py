"""What English-speaking callers and agents call things."""

from razdar.core.redaction.cues import Cue

WORDS = {
    Cue.CARD: "card|cards|card number|card no|credit card|credit card number|debit card|debit card number|cc|visa|"
    "mastercard|master card|amex|american express|maestro|discover card|diners club|long number|pan number|"
    "number on the front|digits on the front|sixteen digit|sixteen digits|16 digit|16 digits|16-digit|rupay",
    Cue.CVV: "c.v.v|c.v.c|c.v.v.|cvv code|cvc code|cvv2 code|cvv number|on the back|on the back it's|security digits|"
    "cvv|cvv2|cvc|cvc2|cid|csc|cv2|security code|card verification|verification value|card security|c v v|c v c|"
    "three digits on the back|three digit code|3 digits on the back|3 digit code|digits on the back|back of the card|"
    "back of your card|number on the back|code on the back|last three on the back|signature strip|signature panel|"
    "four digits on the front|4 digits on the front",
    Cue.EXPIRY: "ex|expiry|expiry date|expiration|expiration date|expires|expire|exp|exp date|valid thru|valid through|"
    "valid until|good through|good thru|expiring",
    Cue.PIN: "p.i.n|p.i.n.|p-i-n|"
    "pin|pin number|pin code|p i n|atm pin|passcode|pass code|access code|door code|gate code|telephone pin|tpin",
    Cue.SECRET: "o.t.p|o.t.p.|otp code|code is|code=|code:|is your code|is my code|is the code|your code|is my otp|is your otp|2fa|2fa code|mfa|mfa code|authenticator|authenticator says|authenticator app|texted me|text message says|memorable number|passkey|two factor|two-factor|"
    "one time code|one-time code|one time password|one-time password|one time passcode|otp|o t p|"
    "verification code|authentication code|auth code|confirmation code sent|code you sent|code you texted|code we sent|"
    "code we just sent|code i just sent|code i received|code from the text|code they sent|code they texted|code i was sent|code it sent|the code is|six digit code|six-digit code|"
    "6 digit code|6-digit code|four digit code|login code|sms code|text message code|activation code|security token|"
    "recovery code|code says|code that came",
    Cue.PASSWORD: "password|pasword|passwrod|passowrd|pssword|paswrd|passwords|password is|passphrase|pwd|passwort|memorable word|secret word|pass word",
    Cue.USERNAME: "username|usernmae|usrname|usernam|user name|userid|user id|login|login id|login name|account name|screen name|handle|user is",
    Cue.PHONE: "phone|phones|phone number|phone numbers|telephone|telephone number|tel|mobile|mobile number|cell|"
    "cell number|cellphone|cell phone|cellular|fax|call|calls|called|calling|dial|ring|text|texts|sms|whatsapp|contact|"
    "contacted|callback|call back|call me|reach|reached|reach me|landline|hotline|helpline|pager|answering|messages|"
    "line|cb on|contact number|best number|good number|number to reach|home number|work number|ph|ph no|mob|caller id|area code|"
    "dialling code|dialing code",
    Cue.EMAIL: "email|e-mail|mail|mailbox|inbox|email address|e-mail address|mail address|mail id|email id",
    Cue.IBAN: "iban|i ban|international bank account number",
    Cue.ACCOUNT: "account|account number|account no|bank account|bank account number|acct|acct number|acc no|acc number|acct no|a/c|a/c no|ac no|"
    "checking account|savings account|current account|account ending|customer number|customer id|customer no|member id|"
    "member number|membership number|subscriber number|client number|accounts|loan number|loan account|meter number|"
    "sort code|sort codes",
    Cue.NATIONAL_ID: "id number|identity number|identification number|identity card|id card|national id|"
    "national id number|national identity|national number|personal number|social|my social|government id|personal id|"
    "identity document|citizen number|resident id|nationality number",
    Cue.TAX_ID: "tax id|tax number|tax identification|tax identification number|tin|tax code|vat|vat number|taxpayer|"
    "tax file number|tax reference|vat id|vat no",
    Cue.PASSPORT: "passport|passport number|passport no|travel document",
    Cue.DRIVER_LICENSE: "driver's license|drivers license|driver license|driving licence|driving license|"
    "driver's licence|drivers licence|driver licence|licence number|license number|dl number|driver's license number|"
    "driving licence number|dl no",
    Cue.DOC_ID: "document number|certificate number|visa number|permit number|residence permit|green card",
    Cue.VEHICLE: "vin|vehicle|vehicle identification|registration number|number plate|license plate|licence plate|plate|"
    "plate number|car registration|reg number|chassis number|registration plate|car reg|reg|plates",
    Cue.REFERENCE: "order|orders|order number|order no|order id|invoice|invoice number|tracking|tracking number|"
    "reference|reference number|ref|ref no|booking|booking number|booking reference|confirmation|confirmation number|"
    "confirmation code|reservation|reservation number|ticket|ticket number|case|case number|claim|claim number|policy|"
    "policy number|contract number|complaint number|complaint|application number|transaction|transaction id|"
    "transaction number|receipt number|record locator|pnr|parcel number|serial number|patient id|mrn|file number|"
    "membership reference|docket number|incident number|student number|employee number|employee id|staff number",
    Cue.PERSON: "my name is|my name's|name is|name's|this is|i am|i'm|speaking with|speaking to|am i speaking with|"
    "your name|full name|first name|last name|surname|family name|given name|maiden name|call me|cardholder|"
    "name on the card|under the name|in the name of|account holder|mr|mrs|ms|miss|mister|sir|dr|doctor|"
    "on behalf of|spell your name|legal name|named",
    Cue.ADDRESS: "address|home address|street address|mailing address|shipping address|billing address|postal address|"
    "delivery address|live at|lives at|living at|located at|reside at|resides at|deliver to|ship to|shipped to|"
    "send it to|delivered to|residence|i live|address is",
    Cue.ZIP: "zip|zip code|zipcode|postcode|post code|postal code|pin code area|pincode",
    Cue.DOB: "born|born on|birth|birthday|date of birth|birth date|birthdate|dob|d o b|d.o.b|birthday is|was born",
    Cue.DATE: "date|appointment|on the|scheduled|since|until|departs|arrives|check in|check out",
    Cue.AMOUNT: "amount|total|price|cost|costs|balance|dollars|dollar|pounds|euros|euro|usd|gbp|eur|rupees|rs|inr|bucks|"
    "cents|percent|per cent|points|miles|kilometers|kilometres|minutes|hours|pages|words|people|units|quantity|pieces|"
    "gb|mb|kg|score|average|approximately|about|payment of|charge of|refund of|paid|fee|fare",
    Cue.NOTHING: "in case|in any case|in that case|in this case|in order|just in case",
    Cue.THING: "part number|part no|item|item number|model|model number|version|isbn|imei|room|flight|gate|floor|extension|"
    "suite|error|error code|sku|zip file|build|firmware|channel|chapter|page|year|batch|lot|release|patch|"
    "ip address|port|code|issue number|track|season|episode|stock|promo code|coupon|barcode|iso|rfc|article",
}
