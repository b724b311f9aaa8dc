import { Refusal } from '@metatron/platform/errors';
import { hashPassword } from '@metatron/platform/passwordHash';
import { verify } from '@node-rs/argon2';

export { hashPassword };

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;

/** What stands in the column of an account that has no password yet. */
export const NO_PASSWORD = '!';

let decoy: Promise<string> | undefined;

/**
 * Whether a password is an account's. An unknown account takes the same work as a known one, so
 * that the time of the answer tells nothing.
 */
export async function isPassword(storedHash: string | undefined, password: string): Promise<boolean> {
  const known = storedHash !== undefined && storedHash !== NO_PASSWORD;
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(known ? storedHash : await decoy, password);
  return known && matches;
}

/** @throws Refusal INVALID for a password that is too easy to guess. */
export function requireStrength(password: string, email: string, field = 'password'): void {
  const refuse = (message: string): never => {
    throw new Refusal('INVALID', message, field);
  };
  if (password.length < MIN_LENGTH) refuse(`A password has at least ${String(MIN_LENGTH)} characters.`);
  if (password.length > MAX_LENGTH) refuse(`A password has at most ${String(MAX_LENGTH)} characters.`);
  const name = email.split('@')[0] ?? '';
  if (name.length > 3 && password.toLowerCase().includes(name)) refuse('A password must not contain the address.');
  if (new Set(password).size < 4) refuse('A password must not repeat so few characters.');
}
