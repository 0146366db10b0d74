"""How many days each data class is kept, until a client decides otherwise.

Recordings half a year, transcripts and messages a year: long enough to settle a complaint, short enough to defend
(GDPR art. 5(1)(e)). What identifies a customer is kept for three years after the last contact. The access log is not
in this table: it is kept for at least twelve months and no client can choose less.
"""

from collections.abc import Mapping
from types import MappingProxyType

from razdar.core.disclosure import CATALOGUE, Category, DataClass
from razdar.core.errors import BadInput

LONGEST = 36_500

_BY_CATEGORY: Mapping[Category, int] = MappingProxyType(
    {
        Category.IDENTITY: 1095,
        Category.GOVERNMENT_ID: 1095,
        Category.CONTACT: 1095,
        Category.LOCATION: 180,
        Category.ONLINE_ID: 180,
        Category.FINANCIAL: 365,
        Category.SECRET: 365,
        Category.SPECIAL: 365,
        Category.BIOMETRIC: 365,
        Category.CONTENT: 365,
        Category.METADATA: 1095,
        Category.BUSINESS_SECRET: 365,
        Category.COMPLIANCE: 1825,  # consent must be provable for five years (German UWG s. 7a)
        Category.STAFF: 365,
    }
)
_BY_CLASS: Mapping[DataClass, int] = MappingProxyType({DataClass.RECORDING: 180, DataClass.COMPLAINT: 1095})


def defaults() -> dict[str, int]:
    """Days of retention by data class for a new client; classes that are never stored or not personal are absent."""
    return {
        str(data_class): _BY_CLASS.get(data_class, _BY_CATEGORY[entry.category])
        for data_class, entry in CATALOGUE.items()
        if entry.storable and entry.category in _BY_CATEGORY
    }


def checked(days: Mapping[str, int]) -> dict[str, int]:
    """The defaults with a client's own choices in place.

    Raises:
        BadInput: an unknown class, or a number of days that is not between 1 and 36,500.
    """
    known = defaults()
    for name, count in days.items():
        if name not in known:
            raise BadInput("There is no such data class to keep.")
        if not 1 <= count <= LONGEST:
            raise BadInput("Retention must be between 1 and 36,500 days.")
    return {**known, **days}
