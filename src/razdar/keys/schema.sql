-- The key store, version 1.
--
-- Rows that hold wrapped keys never move and never go: ids only grow, so a full page is never split, and destroying a
-- key overwrites it with zeros of the same length in the same place. SQLite may leave old copies behind where it moves
-- a cell; here it has no reason to move one.
--
-- Ids of clients and customers are UUIDs of 16 bytes, times are milliseconds since 1970-01-01 UTC.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    root_version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE epoch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    number INTEGER NOT NULL CHECK (number >= 1),
    root_version INTEGER NOT NULL,
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
    epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61),
    created_at INTEGER NOT NULL,
    UNIQUE (client, customer, version),
    FOREIGN KEY (client, epoch) REFERENCES epoch (client, number)
) STRICT;

CREATE TABLE index_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    field INTEGER NOT NULL CHECK (field BETWEEN 0 AND 65535),
    epoch INTEGER NOT NULL,
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
