"""What people call the roles, purposes, levels, data classes and permissions of the core, ready for translation.

The core is plain Python and speaks English; the same words stand here once more so that translators find them. A test
holds the two together.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from razdar.core.disclosure import Category, DataClass, Level, Purpose, Role
from razdar.core.permissions import Permission

ROLE_LABELS: Mapping[Role, Promise] = {
    Role.AGENT: _("Agent"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.QUALITY_REVIEWER: _("Quality reviewer"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
    Role.SECURITY_OFFICER: _("Security officer"),
    Role.AUDITOR: _("Auditor"),
    Role.CLIENT_OBSERVER: _("Client observer"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.TECHNICIAN: _("Technician"),
    Role.INTEGRATION: _("Integration"),
}

PURPOSE_LABELS: Mapping[Purpose, Promise] = {
    Purpose.SERVICE: _("Serving the customer"),
    Purpose.IDENTIFICATION: _("Making sure who is calling"),
    Purpose.CALL_BACK: _("Calling back"),
    Purpose.QUALITY: _("Quality review"),
    Purpose.COMPLAINT: _("Handling a complaint"),
    Purpose.PRIVACY_REQUEST: _("Answering a privacy request"),
    Purpose.LEGAL: _("A legal duty"),
    Purpose.SECURITY: _("A security matter"),
    Purpose.PROCESSING: _("Processing"),
}

LEVEL_LABELS: Mapping[Level, Promise] = {
    Level.NONE: _("Not shown"),
    Level.MASKED: _("Masked"),
    Level.PARTIAL: _("Partly masked"),
    Level.ON_REQUEST: _("On request"),
    Level.CLEAR: _("Shown"),
}

CLASS_LABELS: Mapping[DataClass, Promise] = {
    DataClass.SURNAME: _("Surname"),
    DataClass.GENDER: _("Gender"),
    DataClass.GIVEN_NAME: _("Given name"),
    DataClass.MIDDLE_NAME: _("Middle or father's name"),
    DataClass.BIRTH_DATE: _("Date of birth"),
    DataClass.NATIONAL_ID: _("National id"),
    DataClass.PASSPORT_NO: _("Passport number"),
    DataClass.ID_DOCUMENT: _("Picture of an identity document"),
    DataClass.PHONE: _("Phone number"),
    DataClass.WHATSAPP_ID: _("WhatsApp id"),
    DataClass.EMAIL: _("E-mail address"),
    DataClass.POSTAL_ADDRESS: _("Postal address"),
    DataClass.GEO: _("Precise location"),
    DataClass.IP_ADDRESS: _("IP address"),
    DataClass.ACCOUNT_NO: _("Bank or customer account"),
    DataClass.IBAN: _("IBAN"),
    DataClass.PAN: _("Card number"),
    DataClass.CARD_EXPIRY: _("Card expiry date"),
    DataClass.CVV: _("Card verification code"),
    DataClass.PIN: _("PIN or password of a customer"),
    DataClass.SECURITY_ANSWER: _("Answer to a security question"),
    DataClass.BALANCE: _("Balance, debt or income"),
    DataClass.HEALTH: _("Health"),
    DataClass.RELIGION: _("Religion"),
    DataClass.ETHNICITY: _("Ethnic origin"),
    DataClass.POLITICAL: _("Political opinion or union membership"),
    DataClass.SEX_LIFE: _("Sexual orientation or life"),
    DataClass.CRIMINAL: _("Criminal record"),
    DataClass.MINOR_FLAG: _("Child"),
    DataClass.VOICEPRINT: _("Voiceprint"),
    DataClass.RECORDING: _("Recording"),
    DataClass.TRANSCRIPT: _("Transcript"),
    DataClass.MESSAGE: _("Message text"),
    DataClass.ATTACHMENT: _("Attachment"),
    DataClass.CALL_META: _("Time and course of a contact"),
    DataClass.NEGOTIATION: _("Deal or strategy note"),
    DataClass.COMPLAINT: _("Complaint text"),
    DataClass.CONSENT_LOG: _("Evidence of consent"),
    DataClass.QA_SCORE: _("Quality score of an agent"),
    DataClass.STAFF_HR: _("Personal data of staff"),
    DataClass.REFERENCE_NO: _("Client's own reference"),
    DataClass.REASON: _("Reason written by staff"),
    DataClass.NOTE: _("Note written by staff"),
    DataClass.SETTING: _("Setting"),
    DataClass.TECHNICAL: _("Ids, times and states"),
}

CATEGORY_LABELS: Mapping[Category, Promise] = {
    Category.IDENTITY: _("Identity"),
    Category.GOVERNMENT_ID: _("Government ids"),
    Category.CONTACT: pgettext_lazy("kind of personal data", "Contact"),
    Category.LOCATION: _("Location"),
    Category.ONLINE_ID: _("Online ids"),
    Category.FINANCIAL: _("Financial"),
    Category.SECRET: _("Secrets of the customer"),
    Category.SPECIAL: _("Special categories"),
    Category.BIOMETRIC: _("Biometric"),
    Category.CONTENT: _("What was said and written"),
    Category.METADATA: _("About contacts"),
    Category.BUSINESS_SECRET: _("Business secrets"),
    Category.COMPLIANCE: _("Evidence"),
    Category.STAFF: _("Data of staff"),
    Category.SETTING: _("Settings"),
    Category.TECHNICAL: _("Technical"),
}

PERMISSION_LABELS: Mapping[Permission, Promise] = {
    Permission.ASSURANCE_JOB_RUN: _("Having scheduled work done now"),
    Permission.ASSURANCE_SYSTEM_VIEW: _("Seeing the state of the system"),
    Permission.CUSTOMERS_CALLER_IDENTIFY: _("Saying which customer a caller is"),
    Permission.CUSTOMERS_CARD_VIEW: _("Opening the customer's card"),
    Permission.CUSTOMERS_FIELD_CORRECT: _("Correcting a field"),
    Permission.CUSTOMERS_FIELD_MATCH: _("Comparing what the caller said with a field"),
    Permission.CUSTOMERS_FIELD_REVEAL: _("Revealing a field"),
    Permission.CUSTOMERS_RECORD_CREATE: _("Creating the customer's record"),
    Permission.CUSTOMERS_RECORD_MERGE: _("Merging two customers"),
    Permission.CUSTOMERS_RECORD_SEARCH: _("Searching for customers by an exact value"),
    Permission.DESK_COMPONENTS_VIEW: _("Seeing the components of the pages"),
    Permission.IDENTITY_AGENT_SIGN_OUT: _("Signing an agent out everywhere"),
    Permission.IDENTITY_CLIENT_CHANGE: _("Changing the name, time zone or language of the client"),
    Permission.IDENTITY_PERSON_INVITE: _("Inviting a person"),
    Permission.IDENTITY_PERSON_LIST: _("Seeing the list of people"),
    Permission.IDENTITY_REVEAL_APPROVE: _("Deciding on requests to reveal data"),
    Permission.IDENTITY_REDACTION_PROPOSE: _("Proposing a change of the redaction policy"),
    Permission.IDENTITY_ROLE_APPROVE: _("Approving a role"),
    Permission.IDENTITY_ROLE_GRANT: _("Granting a role"),
    Permission.INTERACTIONS_ORIGINAL_PLAY: _("Opening an original"),
    Permission.INTERACTIONS_PIPELINE_VIEW: _("Following how calls are prepared"),
    Permission.INTERACTIONS_RECORD_LIST: _("Seeing the list of contacts"),
    Permission.INTERACTIONS_RECORD_VIEW: _("Opening a contact"),
    Permission.INTERACTIONS_RENDITION_PLAY: _("Listening to a redacted recording"),
    Permission.OVERSIGHT_LOG_VIEW: _("Reading the log"),
    Permission.OVERSIGHT_MONITOR_VIEW: _("Watching the log as it happens"),
    Permission.OVERSIGHT_QUESTION_ANSWER: _("Answering a question about entries of the log"),
    Permission.OVERSIGHT_QUESTION_ASK: _("Asking about entries of the log"),
    Permission.OVERSIGHT_QUESTION_VIEW: _("Reading a question about entries of the log"),
    Permission.PRIVACY_CUSTOMER_ERASE: _("Erasing the customer"),
    Permission.PRIVACY_ERASURE_VIEW: _("Seeing the certificates of erasure"),
    Permission.VAULT_CLIENT_FREEZE: _("Stopping all reading of the client's data"),
    Permission.VAULT_KEYS_VIEW: _("Seeing the state of the keys"),
    Permission.VAULT_MATRIX_APPROVE: _("Approving a change of who may see what"),
    Permission.VAULT_MATRIX_PROPOSE: _("Proposing a change of who may see what"),
    Permission.VAULT_MATRIX_VIEW: _("Seeing the rules of who may see what"),
    Permission.WORK_ACCESS_ASK: _("Asking to work for a customer"),
    Permission.WORK_ACCESS_DECIDE: _("Deciding who may work for a customer"),
    Permission.WORK_CODES_KEEP: _("Changing how contacts may end"),
    Permission.WORK_CONTACT_OVERSEE: _("Overseeing the contacts of agents"),
    Permission.WORK_CONTACT_REASSIGN: _("Giving a contact to another agent"),
    Permission.WORK_DESK_USE: _("Working at the agent's desk"),
    Permission.WORK_DISPOSITION_SET: _("Saying how a contact ended"),
    Permission.WORK_NOTE_WRITE: _("Writing a note"),
}
"""What a permission lets somebody do, in the words of the log where the log has a word for the act."""
