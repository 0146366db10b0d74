"""Control runs of the redaction policy: with one protection out of a child process, its test fails and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

TESTS = "tests/interactions/test_redaction_policy.py"
CONTROLS = {
    "authenticator": Control(
        f"{TESTS}::test_what_razdar_did_not_write_stops_redaction[mac]",
        "razdar.identity.rights:policy_is_genuine",
        "tests.weakening.patches:agrees",
        "DID NOT RAISE",
    ),
    "policy": Control(
        f"{TESTS}::test_a_call_is_redacted_by_the_policy_of_its_client",
        "razdar.identity.redacting:policy_of",
        "tests.interactions.weak:gives_the_shipped",
        "the client's own pattern was not asked",
    ),
    "limit": Control(
        f"{TESTS}::test_tries_are_counted",
        "razdar.vault.limits:count",
        "tests.weakening.patches:does_nothing",
        "DID NOT RAISE",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_of_the_policy_fails(control: Callable[[], None]) -> None:
    control()
