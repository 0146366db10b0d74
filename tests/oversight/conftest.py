"""Pages of the log over a real log: the same roles, keys and sequencer as the log's own tests."""

from tests.audit.conftest import _sequencer_alias, _unlocked, key_store, owner

__all__ = ["_sequencer_alias", "_unlocked", "key_store", "owner"]
