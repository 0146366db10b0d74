"""The screenplays of the demo calls, from which `scripts/make-demo-calls` makes sound and transcripts.

Rules:

1. Everybody and everything in them is invented; numbers come from ranges kept free for tests and fiction
   (docs/demo-content.md).
2. A word may carry its pronunciation, `PESEL|pessel`: the transcript has the left side, the voice reads the right.
3. Numbers are written as the words that are said.
"""

from dataclasses import dataclass

AGENT, CUSTOMER = 0, 1


@dataclass(frozen=True)
class Voice:
    """A Flite voice, slowed by the factor `stretch` and moved in pitch by the factor `shift`."""

    name: str
    stretch: float = 1.0
    shift: float = 1.0


@dataclass(frozen=True)
class Turn:
    """What one party says; `gap` seconds after the turn before it (negative: overlapping).

    `asides` are the listener's words: (number of words spoken so far, what the listener says then).
    """

    channel: int
    text: str
    gap: float = 0.45
    asides: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Screenplay:
    """One call: the voices of the agent and the customer, the turns, and the seed of the line's noise."""

    name: str
    voices: tuple[Voice, Voice]
    turns: tuple[Turn, ...]
    seed: int


def written(text: str) -> list[str]:
    """The words as the transcript has them, punctuation attached."""
    return [token.partition("|")[0] for token in text.split()]


def sounded(text: str) -> str:
    """The text as the synthesiser reads it."""
    return " ".join(token.partition("|")[2] or token for token in text.split())


DANIEL = Voice("rms", stretch=0.97)
MAREN = Voice("slt", stretch=1.06)
ROSALIND = Voice("slt", stretch=1.08, shift=1.04)
TOBIAS = Voice("rms", stretch=1.0, shift=0.94)
JADWIGA = Voice("slt", stretch=1.1, shift=0.87)

SCREENPLAYS: tuple[Screenplay, ...] = (
    Screenplay(
        "payment-by-card",
        (DANIEL, ROSALIND),
        (
            Turn(AGENT, "Good morning, Quillmere Utilities, Daniel speaking. How can I help?"),
            Turn(CUSTOMER, "Hello. My name is Rosalind Thornquist, and I would like to pay my water bill."),
            Turn(AGENT, "Of course. Could you give me your address and a phone number, please?"),
            Turn(
                CUSTOMER,
                "Seventeen Larkenmoor Crescent. My number is zero two zero, seven nine four six, zero four one seven.",
                asides=((3, "Uh-huh."),),
            ),
            Turn(
                AGENT,
                "Thank you. You are on the Glimmerstone tariff, and you owe eighty six pounds and forty pence.",
                0.7,
            ),
            Turn(CUSTOMER, "Yes, that's right. Can I pay by card?"),
            Turn(AGENT, "You can. Please read me the long number on the front."),
            Turn(
                CUSTOMER,
                "It's six zero one one, zero zero zero nine, nine zero one three, nine four two four.",
                0.8,
                asides=((5, "Uh-huh."), (13, "Yes.")),
            ),
            Turn(AGENT, "Thank you. So that is the card ending nine four two four?", 0.6),
            Turn(CUSTOMER, "Yes, that's the one."),
            Turn(AGENT, "Perfect. Your payment has gone through, and the receipt comes by post. Anything else?", 0.9),
            Turn(CUSTOMER, "No, that's all. Thank you, Daniel.", -0.15),
            Turn(AGENT, "You're welcome. Goodbye."),
        ),
        seed=104,
    ),
    Screenplay(
        "delivery-change",
        (MAREN, TOBIAS),
        (
            Turn(AGENT, "Tarnwick Homeware, Maren speaking. What can I do for you?"),
            Turn(CUSTOMER, "Hi. You are bringing me a bookcase on Thursday, and I need another day."),
            Turn(AGENT, "No problem. May I have your name?"),
            Turn(
                CUSTOMER,
                "Tobias Wexcombe. It's the tall Corvanelle bookcase, in oak.",
                asides=((2, "Uh-huh."),),
            ),
            Turn(AGENT, "Thank you, Mister Wexcombe. I can offer Saturday morning, or Monday afternoon.", 0.7),
            Turn(CUSTOMER, "Saturday morning would be perfect.", -0.1),
            Turn(AGENT, "Good. I will send you a new confirmation. What is your e-mail address?"),
            Turn(
                CUSTOMER,
                "It's tobias dot wexcombe at example dot org. That is W E X C O M B E.",
                asides=((8, "Okay."),),
            ),
            Turn(AGENT, "Got it. And a phone number for the driver?", 0.6),
            Turn(CUSTOMER, "Three one two, five five five, oh one four eight."),
            Turn(AGENT, "I will read that back. Three one two, five five five, oh one four eight."),
            Turn(
                CUSTOMER,
                "Yes, that's it. And please ask him to use the gate on Sallowfield Lane.",
                asides=((3, "Right."),),
            ),
            Turn(AGENT, "The gate on Sallowfield Lane. I have made a note, and you are booked for Saturday.", 0.6),
            Turn(CUSTOMER, "Wonderful. Thank you very much."),
            Turn(AGENT, "My pleasure. Have a nice day.", -0.12),
        ),
        seed=233,
    ),
    Screenplay(
        "cancellation-complaint",
        (DANIEL, JADWIGA),
        (
            Turn(AGENT, "Good afternoon, Quillmere Utilities, Daniel speaking. How can I help?"),
            Turn(
                CUSTOMER,
                "I want to cancel my Ostravelle|Ostra-vell heating plan. I complained twice, and nobody called back.",
                asides=((8, "Uh-huh."),),
            ),
            Turn(AGENT, "I am very sorry to hear that. May I have your name, please?", 0.7),
            Turn(CUSTOMER, "Jadwiga|Yad-veega Zimorowicz.|Zeemo-rovitch."),
            Turn(AGENT, "Thank you. To find the contract I also need your PESEL|pessel number."),
            Turn(
                CUSTOMER,
                "My PESEL|pessel is five one nine one two three, zero seven six four eight.",
                0.7,
                asides=((9, "Uh-huh."),),
            ),
            Turn(
                AGENT,
                "Thank you. I see the contract. Our engineer should have come to Szafirowa|Shaffee-rova Street, twice.",
                0.9,
            ),
            Turn(CUSTOMER, "Yes! I stayed at home for two days, and no one came.", -0.15),
            Turn(AGENT, "That should not have happened. I have cancelled the plan from today, and there is no fee."),
            Turn(CUSTOMER, "And the money I have already paid?"),
            Turn(AGENT, "You will get one hundred and twelve pounds back, within five working days."),
            Turn(CUSTOMER, "All right. I would like that in writing, please.", asides=((2, "Of course."),)),
            Turn(AGENT, "The letter goes out tonight. Is there anything else?"),
            Turn(CUSTOMER, "No. Thank you, goodbye."),
            Turn(AGENT, "Goodbye, and thank you for your patience.", -0.1),
        ),
        seed=377,
    ),
)
