"""Which class each stored column has. A model declares it once; a test fails for a column without a class."""

from collections.abc import Mapping
from types import MappingProxyType

from razdar.core.disclosure.classes import DataClass


def columns(**names_by_class: str) -> Mapping[str, DataClass]:
    """Declare columns: ``columns(technical="id state", staff_hr="person")``.

    Raises:
        ValueError: an unknown class, or a column declared twice.
    """
    declared: dict[str, DataClass] = {}
    for data_class, names in names_by_class.items():
        for name in names.split():
            if name in declared:
                raise ValueError(f"column {name} has two classes")
            declared[name] = DataClass(data_class)
    return MappingProxyType(declared)
