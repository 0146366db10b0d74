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
_LISTEN = {P.INTERACTIONS_RECORD_LIST, P.INTERACTIONS_RECORD_VIEW, P.INTERACTIONS_RENDITION_PLAY}
_WATCH = {P.OVERSIGHT_LOG_VIEW, P.PRIVACY_ERASURE_VIEW, P.VAULT_MATRIX_VIEW}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AGENT: frozenset(_DESK | {P.INTERACTIONS_RECORD_LIST}),
        Role.SUPERVISOR: frozenset(
            _DESK | _LISTEN | {P.CUSTOMERS_FIELD_REVEAL, P.CUSTOMERS_RECORD_MERGE, P.OVERSIGHT_LOG_VIEW}
        ),
        Role.QUALITY_REVIEWER: frozenset(_LISTEN | {P.INTERACTIONS_ORIGINAL_PLAY}),
        Role.PRIVACY_OFFICER: frozenset(
            _CUSTOMERS
            | _LISTEN
            | {
                P.CUSTOMERS_FIELD_REVEAL,
                P.IDENTITY_REVEAL_APPROVE,
                P.INTERACTIONS_ORIGINAL_PLAY,
                P.OVERSIGHT_LOG_VIEW,
                P.PRIVACY_CUSTOMER_ERASE,
                P.PRIVACY_ERASURE_VIEW,
                P.VAULT_MATRIX_APPROVE,
                P.VAULT_MATRIX_VIEW,
            }
        ),
        Role.SECURITY_OFFICER: frozenset({*_WATCH, P.IDENTITY_REVEAL_APPROVE, P.VAULT_MATRIX_APPROVE}),
        Role.AUDITOR: frozenset(_WATCH),
        Role.CLIENT_OBSERVER: frozenset(_WATCH),
        Role.ADMINISTRATOR: frozenset(
            {
                P.IDENTITY_PERSON_INVITE,
                P.IDENTITY_PERSON_LIST,
                P.IDENTITY_ROLE_APPROVE,
                P.IDENTITY_ROLE_GRANT,
                P.INTERACTIONS_PIPELINE_VIEW,
                P.VAULT_MATRIX_PROPOSE,
                P.VAULT_MATRIX_VIEW,
            }
        ),
        Role.TECHNICIAN: frozenset({P.INTERACTIONS_PIPELINE_VIEW}),
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
