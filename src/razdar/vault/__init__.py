"""The vault: sealed values, the disclosure matrix as stored, and the one door plaintext leaves through."""
