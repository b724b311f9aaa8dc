-- Wrong sign-ins of a quarter of an hour, by account and by network address, known or not: what is
-- counted alike for both tells nobody which accounts there are. Shared by all gateways.
CREATE TABLE login_attempts (
  -- SHA-256 in hex: neither addresses nor accounts can be read from it.
  subject    VARCHAR(64) PRIMARY KEY,
  wrong      INTEGER NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT login_attempts_wrong_check CHECK (wrong >= 0)
);
CREATE INDEX login_attempts_expires_at ON login_attempts (expires_at);
