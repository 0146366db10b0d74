"""Permissions as one list, ``room:thing:action``.

A permission lets somebody act; what they see while acting is decided by the disclosure matrix. Which role holds
which permission stands in ``razdar.core.duties``.
"""

from enum import StrEnum


class Permission(StrEnum):
    CUSTOMERS_CALLER_IDENTIFY = "customers:caller:identify"
    CUSTOMERS_CARD_VIEW = "customers:card:view"
    CUSTOMERS_FIELD_CORRECT = "customers:field:correct"
    CUSTOMERS_FIELD_MATCH = "customers:field:match"
    CUSTOMERS_FIELD_REVEAL = "customers:field:reveal"
    CUSTOMERS_RECORD_CREATE = "customers:record:create"
    CUSTOMERS_RECORD_MERGE = "customers:record:merge"
    CUSTOMERS_RECORD_SEARCH = "customers:record:search"
    IDENTITY_PERSON_INVITE = "identity:person:invite"
    IDENTITY_PERSON_LIST = "identity:person:list"
    IDENTITY_REVEAL_APPROVE = "identity:reveal:approve"
    IDENTITY_ROLE_APPROVE = "identity:role:approve"
    IDENTITY_ROLE_GRANT = "identity:role:grant"
    INTERACTIONS_ORIGINAL_PLAY = "interactions:original:play"
    INTERACTIONS_PIPELINE_VIEW = "interactions:pipeline:view"
    INTERACTIONS_RECORD_LIST = "interactions:record:list"
    INTERACTIONS_RECORD_VIEW = "interactions:record:view"
    INTERACTIONS_RENDITION_PLAY = "interactions:rendition:play"
    OVERSIGHT_LOG_VIEW = "oversight:log:view"
    PRIVACY_CUSTOMER_ERASE = "privacy:customer:erase"
    PRIVACY_ERASURE_VIEW = "privacy:erasure:view"
    VAULT_MATRIX_APPROVE = "vault:matrix:approve"
    VAULT_MATRIX_PROPOSE = "vault:matrix:propose"
    VAULT_MATRIX_VIEW = "vault:matrix:view"
