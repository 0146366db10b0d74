"""Finding personal data in a conversation, beside four plain regular expressions.

The expressions are what a first attempt looks like: a card, a phone number, an e-mail address, an IBAN, as written;
no check digits, no spoken numbers, no other scripts. How many each found stands below its time; the expressions count
some numbers twice and miss the card that is spoken.
"""

import re

from _beside import measure

from razdar.core.redaction import find

PLAIN = [
    re.compile(r"\b(?:\d[ -]?){13,19}\b"),
    re.compile(r"\+?\d[\d ()-]{7,14}\d"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b"),
]

# Published test numbers and reserved names only: they belong to nobody.
TURNS = (
    "Good morning, you are through to the service desk, how may I help you today?",
    "Hello, I would like to change the delivery address of my order, it should come to my office instead.",
    "Of course. May I have a number where we can reach you, in case the driver has a question?",
    "It is +44 20 7946 0958, or you write to ellen.ward@example.org.",
    "Thank you. There is a small fee for the change. Which card may I charge?",
    "four one one one, one one one one, one one one one, one one one one, it runs until next year.",
    "And should there ever be a refund, which account would you like it on?",
    "That would be GB82 WEST 1234 5698 7654 32, the joint one.",
    "All done. The parcel arrives on Thursday between two and four. Is there anything else?",
    "No, that was everything, thank you very much, goodbye.",
)


def plain(text: str) -> list[str]:
    return [match for pattern in PLAIN for match in pattern.findall(text)]


def main() -> None:
    for name, text in (
        ("one sentence", TURNS[3]),
        ("a short call", "\n".join(TURNS)),
        ("a long call", "\n".join(TURNS * 20)),
    ):
        pair = measure(lambda text=text: find(text, lang="en"), lambda text=text: plain(text))  # type: ignore[misc]
        print(pair.line(f"{name}, {len(text)} characters", "plain re"))
        print(f"{'found':32} {len(find(text, lang='en')):10}      {'plain re':10} {len(plain(text)):10}")


if __name__ == "__main__":
    main()
