"""The rows of the table that belong to the frame of every page: the lock, the bar, light and dark, the components."""

from typing import Any

from tests.doors.house import House
from tests.doors.table import ACCOUNT, ANY, AT_WORK, Call, P


def _locks(_: House, browser: Any) -> None:
    browser.post("/lock/now/")


SHELL = (
    Call("set_appearance", ANY, post={"appearance": "", "next": "/"}, status=302),
    Call("lock", ACCOUNT, status=302),
    Call(
        "lock",
        ACCOUNT,
        "locked",
        otherwise={"newcomer": 302},  # who could not unlock is signed out
        says="The screen is locked",
        before=_locks,
        fresh=True,
    ),
    Call("lock-now", ACCOUNT, post={}, status=302, fresh=True),
    Call("lock-state", ANY, says='"state"'),
    Call("reading", AT_WORK, says="Reading goes on"),
    Call("identity:waiting", P.IDENTITY_REVEAL_APPROVE, says="for your decision"),
    Call("desk:components", P.DESK_COMPONENTS_VIEW, says="Everything on this page is invented"),
    *(
        Call(
            "desk:component-part",
            P.DESK_COMPONENTS_VIEW,
            part,
            at=lambda _, part=part: (part,),  # type: ignore[misc]
            anywhere=True,
            status=status,
            says=says,
        )
        for part, status, says in (
            ("reveal", 200, "Reveal the sample"),
            ("mask", 200, "hidden"),
            ("sound", 206, "RIFF"),
            ("check", 200, "Verified"),
            ("match", 429, "Too many tries"),
            ("refused", 403, "This is not allowed"),
            ("no-such-part", 404, "Not found"),
        )
    ),
    Call(
        "desk:component-part", P.DESK_COMPONENTS_VIEW, "act", at=lambda _: ("act",), anywhere=True, post={}, status=302
    ),
)
