"""Sealing: everything that turns a customer's words into bytes nobody else can read.

=============  ====================================================================================
material       what a key is, what a nonce is, and how a key is overwritten
aead           AES-256-GCM with one vague error; the only module that touches the cipher object
frame          the three bytes every sealed value begins with
aad            where a sealed value belongs, as a fixed-width structure
cobblestone    C2SP chunked encryption: writing, and reading at any position
suites         the one table from suite number to algorithm: every value and file passes through it
blobs          a sealed field or body
files          a sealed finished file (recording, rendition, attachment)
streams        a live stream: its key, and the records of its spool
segments       what is kept of a live stream
bound          a value sealed under a key of the installation and bound to its owner
hierarchy      epoch secret -> key-encryption key -> customer key -> subkeys and file keys
blind          truncated keyed index, for search by exact value
passphrase     the passphrase-sealed root file
hpke           sealing to a public key, for writers that must not read
modes          how a data class is stored: standard, searchable, sealed, dual control, token
=============  ====================================================================================

Pure: bytes in, bytes out. Time, randomness and storage are passed in; nothing here logs. The one exception
is the 24-byte salt of a Cobblestone message, which the library draws itself.
Everything that does not open raises ``razdar.core.errors.Unopenable``, which says nothing more.
Formats are fixed by test vectors; changing one is a new suite or a new version, never an edit.
"""
