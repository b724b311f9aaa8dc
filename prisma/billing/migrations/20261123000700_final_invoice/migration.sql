-- What was used under a subscription that has ended, and no invoice had charged.
ALTER TABLE invoices
  DROP CONSTRAINT invoices_kind_check,
  ADD CONSTRAINT invoices_kind_check CHECK (kind IN ('one_off', 'period', 'proration', 'final'));
