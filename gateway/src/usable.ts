/** Whether the databases of a process answer, and give everyone what the access matrix says and no more. */
import { readCatalogue } from '@metatron/platform/access/catalogue';
import { loginsOf, type DatabaseLogin } from '@metatron/platform/access/databaseRoles';
import { findDrift } from '@metatron/platform/access/drift';
import type { Connections } from '@metatron/platform/database/connections';
import { domains, type Domain } from '@metatron/platform/domains';
import { StartupError } from '@metatron/platform/errors';

/** The reason alone; a refused connection to a name with two addresses has only a code. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === '' ? (code ?? 'no reason given') : message;
}

const asService = (service: Domain): DatabaseLogin => ({ service, privilege: 'service' });

async function driftOf(connections: Connections, database: Domain, service: Domain): Promise<readonly string[]> {
  return findDrift(database, await readCatalogue(connections.as(database, asService(service), null)));
}

async function ownDrift(connections: Connections, domain: Domain): Promise<readonly string[]> {
  try {
    return await driftOf(connections, domain, domain);
  } catch (error) {
    throw new StartupError(
      `The ${domain} database does not answer: ${reasonOf(error)}`,
      `Start it, mend DATABASE_URL_${domain.toUpperCase()}, or run \`npm run migrate\` on it.`,
    );
  }
}

/** Another domain's database that a service uses may be down when it starts: then it is the owner's to compare. */
const foreignDrift = (connections: Connections, database: Domain, service: Domain): Promise<readonly string[]> =>
  driftOf(connections, database, service).catch(() => []);

/** Of the databases that are not their own, those that the services use, each with one service that does. */
const foreignOf = (own: readonly Domain[]): [database: Domain, service: Domain][] =>
  domains
    .filter((database) => !own.includes(database))
    .flatMap((database): [Domain, Domain][] => {
      const login = loginsOf(database).find(
        ({ service, privilege }) => privilege === 'service' && own.includes(service),
      );
      return login === undefined ? [] : [[database, login.service]];
    });

/** A list that a terminal still holds. */
const MOST = 40;

function describe(differences: readonly string[]): string {
  const rest = differences.length - MOST;
  return [...differences.slice(0, MOST), ...(rest > 0 ? [`… and ${String(rest)} more`] : [])].join('\n  ');
}

/**
 * Asks the databases of a process's own domains, and those that they use besides.
 * @throws StartupError when one of its own does not answer, or any differs from the access matrix.
 */
export async function assertUsable(connections: Connections, own: readonly Domain[]): Promise<void> {
  const drifts = [
    ...own.map((domain) => ownDrift(connections, domain)),
    ...foreignOf(own).map(([database, service]) => foreignDrift(connections, database, service)),
  ];
  // All have settled before one failure is told: none asks on connections that have ended.
  await Promise.allSettled(drifts);
  const differences = (await Promise.all(drifts)).flat();
  if (differences.length === 0) return;
  throw new StartupError(
    `What the databases allow differs from the access matrix:\n  ${describe(differences)}`,
    'Run `npm run access -- --repair`, which writes the grants anew.',
  );
}
