/**
 * How the database came to be what it is: the nth of these makes version n out of version n - 1. What was released is never
 * changed; what comes later is added at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE users (
    id         TEXT NOT NULL PRIMARY KEY,
    password   TEXT NOT NULL,
    blocked    TEXT CHECK (blocked IN ('locked', 'expired', 'disabled', 'must-change')),
    created_at INTEGER NOT NULL, -- milliseconds since the epoch, as updated_at
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  // A list of { realm, algorithm, hash } in JSON: with the hash beside it, one statement writes all that a password is known by.
  `ALTER TABLE users ADD COLUMN digests TEXT CHECK (json_valid(digests))`,
  // Lines of authorized_keys, with what is searched for beside them; they go with their user.
  `CREATE TABLE keys (
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    line        TEXT NOT NULL,
    comment     TEXT NOT NULL,
    added_at    INTEGER NOT NULL, -- milliseconds since the epoch
    PRIMARY KEY (user_id, fingerprint)
  ) STRICT, WITHOUT ROWID`,
]
