"""The top-level domains that people have addresses under, in one table.

A generic or national domain that is also a word ("thanks.no", "dot me") needs more company than the others; how much,
says who reads it.
"""

from razdar.core.redaction.numerals import word_set

CERTAIN = word_set(
    "com org net edu gov mil int info biz io dev app cloud online shop site store tech xyz website example invalid "
    "eu uk us ca ar au nz ie de fr nl ch cl es pl cz pt br mx ir tw cn hk jp kr sg ru ua tr gr ro hu dk fi se sk il ae "
    "za pk tv"
)
"""No words that anybody puts behind a full stop without a blank."""

WORDY = word_set("ai at be co in it my name no pro sa test")
"""Words behind a full stop, but domains where a word for a dot was said before them."""

WORDS = word_set("am as by do fm gg id is la ly me rs sh so to")
"""Words there, too."""
