"""Control runs of the player: with one protection taken out of a child process, the test of it fails, and says why."""

from collections.abc import Callable

from tests.weakening import Control, in_turn

CONTROLS = {
    "silence": Control(
        "tests/interactions/test_player.py::test_the_picture_of_the_redacted_rendition_holds_nothing_of_what_was_removed",
        "razdar.core.redaction.audio:mute",
        "tests.interactions.weak:silences_nothing",
        "sound is drawn where something was removed",
    ),
    "words": Control(
        "tests/interactions/test_pipeline.py::test_what_is_heard_where_no_words_were_recognised_is_silent",
        "razdar.core.redaction.audio:unworded",
        "tests.interactions.weak:explains_everything",
        "nobody knows what was said there",
    ),
    "grant": Control(
        "tests/interactions/test_player.py::test_the_picture_of_the_original_comes_with_the_original_only",
        "razdar.vault.content:_allowed",
        "tests.interactions.weak:lets_everybody",
        "asking for it in the address is not enough",
    ),
    "checksum": Control(
        "tests/interactions/test_integrity.py::test_damage_is_found_logged_and_said[a bit]",
        "razdar.vault.content:is_intact",
        "tests.weakening.patches:agrees",
        "the damage was not found",
    ),
    "log": Control(
        "tests/interactions/test_integrity.py::test_another_recording_in_its_place_is_noticed_by_the_log",
        "razdar.audit.vouching:of_trace",
        "tests.weakening.patches:finds_nothing",
        "the log was not asked",
    ),
}


@in_turn(CONTROLS)
def test_without_it_the_test_of_the_player_fails(control: Callable[[], None]) -> None:
    control()
