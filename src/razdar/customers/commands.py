"""Options of ``razdar import`` for customers: none of their own."""

from razdar.runtime.commands import no_arguments
from razdar.runtime.imports.targets import OPTIONS

OPTIONS.register("customers")(no_arguments)
