"""Runs Razdar's command line, or a piece of code, under another account: ``python under.py ACCOUNT GROUP RUN...``.

The interpreter may lie where no other account can read it, so everything is imported first and the account is changed
then. The kernel makes a process that did so undumpable; a program that was started under the account is not, and what
the key agent does about that is what is tested, so it is undone here.
"""

import ctypes
import encodings.idna  # noqa: F401
import os
import sys


def main() -> int:
    account, group, *run = sys.argv[1:]
    import django.db  # noqa: F401

    from razdar import __main__ as product
    from razdar.keys import agent_command, remote, rotation, setup  # noqa: F401

    product._discover()
    if account != "-":
        os.setgroups([])
        os.setresgid(int(group), int(group), int(group))
        os.setresuid(int(account), int(account), int(account))
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    if run[0] == "-c":
        exec(compile(run[1], "<attempt>", "exec"), {"__name__": "attempt"})  # noqa: S102 - the test's own code
        return 0
    return product.main(run)


if __name__ == "__main__":
    sys.exit(main())
