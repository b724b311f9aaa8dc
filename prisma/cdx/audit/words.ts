import type { AuditFault, AuditVerification } from './verify.ts';

const FAULTS: Readonly<Record<AuditFault, string>> = {
  missing: 'it is missing, and later ones are there',
  not_linked: 'it does not follow on from the entry before it',
  changed: 'it was changed after it was chained',
  content_changed: 'what it says of before and after was changed',
  replaced: 'it is not the entry that was signed: it, or one before it, was replaced with all that follow',
  tail_cut: 'the log ends before it, but entries up to a later one were signed',
  checkpoint_forged: 'a checkpoint beside it is not one that this platform signed',
  checkpoint_key_unknown: 'the newest checkpoint before it is signed by a key that SIGNING_KEYS_FILE does not hold',
};

/** A verification in words for a person. */
export function describeVerification({ checked, erased, firstBroken, checkpoint }: AuditVerification): string {
  const signed =
    checkpoint === null
      ? 'No signed checkpoint stands beside them.'
      : `Signed up to entry ${String(checkpoint.seq)}, at ${checkpoint.at}.`;
  if (firstBroken === null) return `${String(checked)} entries are sound, ${String(erased)} of them erased. ${signed}`;
  return `The audit log is broken at entry ${String(firstBroken.seq)}: ${FAULTS[firstBroken.reason]}.\n  ${signed}`;
}
