/** The roles and rights of a database made equal to the access matrix, as its owner. */
import { readCatalogue, type Catalogue } from '@metatron/platform/access/catalogue';
import { loginRole, loginsOf } from '@metatron/platform/access/databaseRoles';
import { findDrift } from '@metatron/platform/access/drift';
import { findFaults } from '@metatron/platform/access/faults';
import { grantStatements } from '@metatron/platform/access/grants';
import { roleStatements } from '@metatron/platform/access/roles';
import type { Passwords } from '@metatron/platform/database/passwords';
import { STATEMENT_MS } from '@metatron/platform/database/pools';
import type { Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';
import pg from 'pg';

/** Takes back what a superuser gave to the platform's roles; on the embedded cluster the login is one. */
async function mendRoles(domain: Domain, owner: pg.Pool, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  try {
    await owner.query(['SET ROLE NONE;', ...statements, 'RESET ROLE;'].join('\n'));
  } catch (error) {
    throw new StartupError(
      `The roles of the ${domain} database cannot be mended by its owner: ${(error as Error).message}`,
      `A superuser has to run there:\n  ${statements.join('\n  ')}`,
    );
  }
}

/** The time limits are the role's too: PgBouncer passes on none that a connection asks for. */
const setUp = (login: string, password: string): string[] => [
  `ALTER ROLE ${login} PASSWORD ${pg.escapeLiteral(password)};`,
  ...['statement_timeout', 'idle_in_transaction_session_timeout'].map(
    (name) => `ALTER ROLE ${login} SET ${name} = ${String(STATEMENT_MS)};`,
  ),
];

/** Makes the logins of a database, each with its rights role, and gives them their passwords. */
export async function makeRoles(domain: Domain, owner: pg.Pool, passwords: Passwords): Promise<void> {
  const { mend, make } = roleStatements(domain, await readCatalogue(owner));
  await mendRoles(domain, owner, mend);
  const logins = loginsOf(domain).flatMap(({ service, privilege }) =>
    setUp(loginRole(service, privilege), passwords[service]),
  );
  // Whatever the server's default is: a password is kept as SCRAM's verifier alone.
  const settings = ["SET createrole_self_grant = '';", "SET password_encryption = 'scram-sha-256';"];
  await owner.query([...settings, ...make, ...logins].join('\n'));
}

function assertFit(domain: Domain, catalogue: Catalogue): void {
  const faults = findFaults(domain, catalogue);
  if (faults.length === 0) return;
  throw new StartupError(
    `The access matrix and the tables of the ${domain} database do not fit:\n  ${faults.join('\n  ')}`,
  );
}

/**
 * Writes a database's grants and policies, unless they are as the matrix says: tables in use are not locked for nothing.
 * @throws StartupError when the matrix and the tables do not fit, naming the line.
 */
export async function applyGrants(domain: Domain, owner: pg.Pool): Promise<void> {
  const catalogue = await readCatalogue(owner);
  assertFit(domain, catalogue);
  if (findDrift(domain, catalogue).length > 0) await owner.query(grantStatements(domain, catalogue).join('\n'));
}

/**
 * Makes the access of one database what the matrix says.
 * @returns what was different, in words.
 * @throws StartupError when something is different still.
 */
export async function repairDatabase(domain: Domain, owner: pg.Pool, passwords: Passwords): Promise<readonly string[]> {
  const before = findDrift(domain, await readCatalogue(owner));
  await makeRoles(domain, owner, passwords);
  await applyGrants(domain, owner);
  const left = findDrift(domain, await readCatalogue(owner));
  if (left.length > 0) throw new StartupError(`What could not be mended:\n  ${left.join('\n  ')}`);
  return before;
}
