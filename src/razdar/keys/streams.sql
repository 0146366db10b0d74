-- Keys of live streams, since version 4.
--
-- A stream's key is sealed to its client's public key while the call runs, and is wrapped under the customer's key when
-- it is known whose the call was. The sealed key waits in a place that is overwritten with zeros then, and used again
-- for another stream; the wrapped one stays in the stream's own row, which never grows: no customer yet is 16 zeros,
-- no wrapped key, or a destroyed one, is 61 zeros (a row of no customer that has no place in waiting_stream either was
-- dropped), and versions of customer keys have 2^24 added (columns.py).

CREATE TABLE stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    stream BLOB NOT NULL CHECK (length(stream) = 16),
    customer BLOB NOT NULL CHECK (length(customer) = 16),
    version INTEGER NOT NULL CHECK (version >= 16777216),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 61),
    created_at INTEGER NOT NULL,
    UNIQUE (client, stream)
) STRICT;

CREATE INDEX stream_of_customer ON stream (client, customer);

CREATE TABLE waiting_stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    stream BLOB NOT NULL CHECK (length(stream) = 16),
    epoch INTEGER NOT NULL CHECK (epoch >= 16777216),
    sealed BLOB NOT NULL CHECK (length(sealed) = 1173)
) STRICT;

CREATE INDEX waiting_stream_of_client ON waiting_stream (client, stream);

-- Epochs that were rotated away from while streams sealed to them waited. Nothing new is wrapped under one; it ends
-- with the last such stream.
CREATE TABLE epoch_closed (
    client BLOB NOT NULL CHECK (length(client) = 16),
    number INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    PRIMARY KEY (client, number)
) STRICT, WITHOUT ROWID;
