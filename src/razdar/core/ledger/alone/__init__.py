"""The verifier that stands alone, in parts: :mod:`~razdar.core.ledger.verify_alone` joins them to one file."""
