-- The key store since version 3; streams.sql holds what came with version 4, freezes.sql with version 5.
--
-- Rows that hold wrapped keys never move and never go: ids only grow, so a full page is never split; destroying a key
-- overwrites it with zeros of the same length in the same place; re-wrapping it overwrites it with a wrapped key of the
-- same length, and numbers of epochs and roots always take 4 bytes because 2^24 is added to them (columns.py). SQLite
-- may leave old copies behind where it moves a cell; here it has no reason to move one.
--
-- Ids of clients and customers are UUIDs of 16 bytes, times are milliseconds since 1970-01-01 UTC.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    root_version INTEGER NOT NULL CHECK (root_version > 16777216),
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE epoch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    number INTEGER NOT NULL CHECK (number > 16777216),
    root_version INTEGER NOT NULL CHECK (root_version > 16777216),
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (client, number)
) STRICT;

CREATE TABLE customer_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id BLOB NOT NULL CHECK (length(key_id) = 16),
    client BLOB NOT NULL CHECK (length(client) = 16),
    customer BLOB NOT NULL CHECK (length(customer) = 16),
    version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 65535),
    epoch INTEGER NOT NULL CHECK (epoch > 16777216),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61),
    created_at INTEGER NOT NULL,
    UNIQUE (client, customer, version),
    FOREIGN KEY (client, epoch) REFERENCES epoch (client, number)
) STRICT;

CREATE TABLE index_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    field INTEGER NOT NULL CHECK (field BETWEEN 0 AND 65535),
    epoch INTEGER NOT NULL CHECK (epoch > 16777216),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61),
    created_at INTEGER NOT NULL,
    UNIQUE (client, field),
    FOREIGN KEY (client, epoch) REFERENCES epoch (client, number)
) STRICT;

CREATE TABLE tombstone (
    client BLOB NOT NULL CHECK (length(client) = 16),
    customer BLOB NOT NULL CHECK (length(customer) = 16),
    version INTEGER NOT NULL,
    key_id BLOB NOT NULL CHECK (length(key_id) = 16),
    destroyed_at INTEGER NOT NULL,
    PRIMARY KEY (client, customer, version)
) STRICT, WITHOUT ROWID;

-- Versions of the root, and whether an ended one can never open anything again, whoever kept a copy.
CREATE TABLE root (
    version INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    final INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Epochs whose secret was overwritten, because nothing is wrapped under it any more.
CREATE TABLE epoch_end (
    client BLOB NOT NULL CHECK (length(client) = 16),
    number INTEGER NOT NULL,
    destroyed_at INTEGER NOT NULL,
    PRIMARY KEY (client, number)
) STRICT, WITHOUT ROWID;

-- Rotations of epochs under way. Customer keys up to the id in `reached` are wrapped under `epoch` or were destroyed.
CREATE TABLE rewrapping (
    client BLOB PRIMARY KEY CHECK (length(client) = 16),
    epoch INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    done INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The erasure ledger: one row a destroyed customer, never changed, each bound to the one before by its hash.
CREATE TABLE erasure (
    number INTEGER PRIMARY KEY,
    client BLOB NOT NULL CHECK (length(client) = 16),
    customer BLOB NOT NULL CHECK (length(customer) = 16),
    destroyed_at INTEGER NOT NULL,
    key_ids BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    UNIQUE (client, customer)
) STRICT;

CREATE TABLE recipient (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was signed last of each log.
CREATE TABLE log_head (
    log BLOB PRIMARY KEY CHECK (length(log) = 16),
    generation INTEGER NOT NULL CHECK (generation >= 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT, WITHOUT ROWID;

-- Key bundles. A number is used once; without a hash it was begun and not finished.
CREATE TABLE bundle (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    erasures INTEGER NOT NULL,
    sha256 BLOB CHECK (length(sha256) = 32)
) STRICT;
