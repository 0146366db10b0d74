"""Who may see what: data classes, levels, roles, purposes, masks and the matrix that joins them."""

from razdar.core.disclosure.classes import CATALOGUE, Category, ClassInfo, DataClass, Group, classes_in, group_of, info
from razdar.core.disclosure.columns import columns
from razdar.core.disclosure.defaults import shipped
from razdar.core.disclosure.levels import NOTHING, Cell, Level, Purpose, Role
from razdar.core.disclosure.masks import MASK, partial
from razdar.core.disclosure.matrix import Cells, Change, Matrix, cells_from_json, cells_to_json, wider
from razdar.core.disclosure.normal import normal
from razdar.core.disclosure.personal import LONGEST, Holder, PersonalCell, with_personal
from razdar.core.disclosure.showing import Held, level_for, on_page, rendition_opens, show
from razdar.core.disclosure.viewer import RevealRequest, Shown, Viewer

__all__ = [
    "CATALOGUE",
    "LONGEST",
    "MASK",
    "NOTHING",
    "Category",
    "Cell",
    "Cells",
    "Change",
    "ClassInfo",
    "DataClass",
    "Group",
    "Held",
    "Holder",
    "Level",
    "Matrix",
    "PersonalCell",
    "Purpose",
    "RevealRequest",
    "Role",
    "Shown",
    "Viewer",
    "cells_from_json",
    "cells_to_json",
    "classes_in",
    "columns",
    "group_of",
    "info",
    "level_for",
    "normal",
    "on_page",
    "partial",
    "rendition_opens",
    "shipped",
    "show",
    "wider",
    "with_personal",
]
