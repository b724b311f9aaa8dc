const E164 = /^\+[1-9]\d{6,14}$/;
/** A national prefix in brackets is not dialled from abroad: its number cannot be told without a plan. */
const TRUNK = '(0)';

/** The phone in E.164, by which duplicates are found; null when it does not tell its country. */
export function toPhoneKey(phone: string): string | null {
  const dialled = phone.replace(/[\s().\-/]/g, '');
  return E164.test(dialled) && !phone.includes(TRUNK) ? dialled : null;
}
