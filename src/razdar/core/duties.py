"""The duties of the shipped roles: which permissions each holds.

Nobody both grants and uses a right: administrators have no permission that touches customers.
"""

from collections.abc import Mapping
from types import MappingProxyType

from razdar.core.disclosure import Role
from razdar.core.permissions import Permission

P = Permission
_CUSTOMERS = {P.CUSTOMERS_CARD_VIEW, P.CUSTOMERS_RECORD_SEARCH}
_RECORDS = {P.CUSTOMERS_FIELD_MATCH, P.CUSTOMERS_FIELD_CORRECT, P.CUSTOMERS_RECORD_CREATE}
_DESK = {*_CUSTOMERS, *_RECORDS, P.CUSTOMERS_CALLER_IDENTIFY}
_WRAP_UP = {P.WORK_DESK_USE, P.WORK_DISPOSITION_SET, P.WORK_NOTE_WRITE}
_OVERSEE = {
    P.IDENTITY_AGENT_SIGN_OUT,
    P.WORK_ACCESS_DECIDE,
    P.WORK_CONTACT_OVERSEE,
    P.WORK_CONTACT_REASSIGN,
}
_LISTEN = {P.INTERACTIONS_RECORD_LIST, P.INTERACTIONS_RECORD_VIEW, P.INTERACTIONS_RENDITION_PLAY}
_ASKED = {P.OVERSIGHT_QUESTION_ANSWER, P.OVERSIGHT_QUESTION_VIEW}
_WATCH = {
    P.OVERSIGHT_LOG_VIEW,
    P.OVERSIGHT_MONITOR_VIEW,
    P.OVERSIGHT_QUESTION_VIEW,
    P.PRIVACY_ERASURE_VIEW,
    P.VAULT_KEYS_VIEW,
    P.VAULT_MATRIX_VIEW,
}
_MACHINES = {
    P.ASSURANCE_JOB_RUN,
    P.ASSURANCE_SYSTEM_VIEW,
    P.INTERACTIONS_PIPELINE_VIEW,
    P.VAULT_KEYS_VIEW,
}
_CLIENTS_OWN = {P.OVERSIGHT_QUESTION_ASK, P.VAULT_CLIENT_FREEZE}
"""What the client's people do, and nobody of the operator."""

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AGENT: frozenset(_DESK | _WRAP_UP | {P.INTERACTIONS_RECORD_LIST, P.WORK_ACCESS_ASK}),
        Role.SUPERVISOR: frozenset(
            _DESK
            | _WRAP_UP
            | _OVERSEE
            | _LISTEN
            | {P.CUSTOMERS_FIELD_REVEAL, P.CUSTOMERS_RECORD_MERGE, P.OVERSIGHT_LOG_VIEW}
        ),
        Role.QUALITY_REVIEWER: frozenset(_LISTEN | {P.INTERACTIONS_ORIGINAL_PLAY}),
        Role.PRIVACY_OFFICER: frozenset(
            _ASKED
            | _CUSTOMERS
            | _LISTEN
            | {
                P.CUSTOMERS_FIELD_REVEAL,
                P.IDENTITY_REDACTION_PROPOSE,
                P.IDENTITY_REVEAL_APPROVE,
                P.INTERACTIONS_ORIGINAL_PLAY,
                P.OVERSIGHT_LOG_VIEW,
                P.PRIVACY_CUSTOMER_ERASE,
                P.PRIVACY_ERASURE_VIEW,
                P.VAULT_MATRIX_APPROVE,
                P.VAULT_MATRIX_VIEW,
            }
        ),
        Role.SECURITY_OFFICER: frozenset(_WATCH | _ASKED | {P.IDENTITY_REVEAL_APPROVE, P.VAULT_MATRIX_APPROVE}),
        Role.AUDITOR: frozenset(_WATCH),
        Role.CLIENT_OBSERVER: frozenset(_WATCH | _CLIENTS_OWN),
        Role.ADMINISTRATOR: frozenset(
            _MACHINES
            | {
                P.DESK_COMPONENTS_VIEW,
                P.IDENTITY_CLIENT_CHANGE,
                P.IDENTITY_PERSON_INVITE,
                P.IDENTITY_PERSON_LIST,
                P.IDENTITY_REDACTION_PROPOSE,
                P.IDENTITY_ROLE_APPROVE,
                P.IDENTITY_ROLE_GRANT,
                P.VAULT_MATRIX_PROPOSE,
                P.VAULT_MATRIX_VIEW,
                P.WORK_CODES_KEEP,
            }
        ),
        Role.TECHNICIAN: frozenset(_MACHINES),
        Role.INTEGRATION: frozenset(),
    }
)
"""What each role may do. A role missing here may do nothing."""

OPENS_DATA: frozenset[Permission] = frozenset(
    {
        P.CUSTOMERS_CARD_VIEW,
        P.CUSTOMERS_FIELD_REVEAL,
        P.INTERACTIONS_ORIGINAL_PLAY,
        P.INTERACTIONS_RENDITION_PLAY,
        P.PRIVACY_CUSTOMER_ERASE,
    }
)


def opens_data(role: Role) -> bool:
    """Whether granting this role needs a second person."""
    return bool(ROLE_PERMISSIONS.get(role, frozenset()) & OPENS_DATA)
