"""The detectors. Importing this package registers every one found below it: a new file is all a new detector needs."""

import pkgutil
from importlib import import_module

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
