"""The words that stand on the pages of the small installation in every language: names, reasons, what was written."""

from tests.doors import planted as p
from tests.doors.house import House
from tests.doors.planted_desk import ASKED_FOR
from tests.doors.rules import WHY
from tests.languages.english import words_in

SAID = """
A reason that is long enough. Why was this looked at so late? will be changed hello name card
approved colleague endd leaver refused second observer
desk key invited invitation Spare Quillmere Test Bittern Tarnwick Sampleford other more Administrator polski português
Warsaw hotline example org
"""
"""What the house and the samples of the component page hold beside what is planted."""


def known_to(house: House) -> set[str]:
    """Words of the house's data."""
    planted = [*p.OF_THE_CUSTOMER, p.REASON, p.CLAIM, p.INVITED, *house.names.values()]
    accounts = [account.work_name for account in house.accounts.values()]
    return words_in([[each.texts for each in planted], accounts, SAID.split(), ASKED_FOR, WHY])
