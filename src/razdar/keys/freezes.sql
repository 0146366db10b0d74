-- Freezes, since version 5: when people of a client stopped all reading of its data, and when it was let go on.
--
-- Rows are added and never changed. `request` is the decision the row carries out, so that one decision counts once,
-- however often it is brought; `lifts` is the freeze that the row ends, by its request, and NULL in the row of a freeze.

CREATE TABLE freeze (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    client BLOB NOT NULL CHECK (length(client) = 16),
    request BLOB NOT NULL CHECK (length(request) = 16),
    lifts BLOB CHECK (length(lifts) = 16),
    asked_by BLOB NOT NULL CHECK (length(asked_by) = 16),
    agreed_by BLOB NOT NULL CHECK (length(agreed_by) = 16),
    at INTEGER NOT NULL,
    UNIQUE (client, request),
    UNIQUE (client, lifts)
) STRICT;
