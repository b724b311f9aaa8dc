import type { Connections } from '@metatron/platform/database/connections';
import type { Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';

/** The reason alone; a refused connection to a name with two addresses has only a code. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === '' ? (code ?? 'no reason given') : message;
}

/**
 * Asks a domain's database one thing as its own service.
 * @throws StartupError when it does not answer, or not to this login.
 */
export async function assertReachable(connections: Connections, domain: Domain): Promise<void> {
  try {
    await connections.as(domain, { service: domain, privilege: 'service' }, null).query('SELECT 1');
  } catch (error) {
    throw new StartupError(
      `The ${domain} database does not answer: ${reasonOf(error)}`,
      `Start it, mend DATABASE_URL_${domain.toUpperCase()}, or run \`npm run migrate\` on it.`,
    );
  }
}
