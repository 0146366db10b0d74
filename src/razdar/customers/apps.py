from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "razdar.customers"

    def ready(self) -> None:
        from razdar.core.permissions import Permission
        from razdar.customers import approvals, erasure, importing, indexing  # noqa: F401 (they register themselves)
        from razdar.customers.finding import commands
        from razdar.ui.shell import COMMANDS, NAVIGATION, SOURCES, Command, Destination

        NAVIGATION.register("customers")(
            Destination(_("Customers"), "customers:search", Permission.CUSTOMERS_RECORD_SEARCH, order=10)
        )
        COMMANDS.register("new customer")(
            Command(_("New customer"), "customers:new", Permission.CUSTOMERS_RECORD_CREATE, _("add create"), order=10)
        )
        SOURCES.register("customers")(commands)
