"""Who may see what: data classes, levels, roles, purposes, masks and the matrix that joins them."""

from razdar.core.disclosure.classes import CATALOGUE, Category, ClassInfo, DataClass, Group, classes_in, group_of, info
from razdar.core.disclosure.columns import columns
from razdar.core.disclosure.defaults import shipped
from razdar.core.disclosure.levels import NOTHING, Cell, Level, Purpose, Role
from razdar.core.disclosure.masks import MASK, partial
from razdar.core.disclosure.matrix import Change, Matrix
from razdar.core.disclosure.normal import normal
from razdar.core.disclosure.viewer import RevealRequest, Shown, Viewer

__all__ = [
    "CATALOGUE",
    "MASK",
    "NOTHING",
    "Category",
    "Cell",
    "Change",
    "ClassInfo",
    "DataClass",
    "Group",
    "Level",
    "Matrix",
    "Purpose",
    "RevealRequest",
    "Role",
    "Shown",
    "Viewer",
    "classes_in",
    "columns",
    "group_of",
    "info",
    "normal",
    "partial",
    "shipped",
]
