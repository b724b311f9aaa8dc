/** The job queue's own corner of the cdx database: BullMQ's schema, and the one login that uses it. */
import { QUEUE_ROLE, QUEUE_SCHEMA } from '@metatron/platform/access/databaseRoles';
import type { DatabaseAddress } from '@metatron/platform/database/pools';
import { migrateQueue } from '@metatron/platform/queue';
import pg from 'pg';

async function makeLogin(owner: pg.Pool, password: string): Promise<void> {
  const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [QUEUE_ROLE]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await owner.query(
    `SET createrole_self_grant = ''; ${verb} ROLE ${QUEUE_ROLE} LOGIN NOINHERIT PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

async function grantSchema(owner: pg.Pool, database: string): Promise<void> {
  await owner.query(`
    GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(database)} TO ${QUEUE_ROLE};
    REVOKE ALL ON SCHEMA ${QUEUE_SCHEMA} FROM PUBLIC;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${QUEUE_ROLE};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${QUEUE_ROLE};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${QUEUE_ROLE};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO ${QUEUE_ROLE}`);
}

/**
 * Makes what BullMQ needs when it runs on PostgreSQL. Its workers then start without the right to
 * change tables.
 * @param owner a pool of one connection to the cdx database, as its owner.
 */
export async function provisionQueue(owner: pg.Pool, address: DatabaseAddress, password: string): Promise<void> {
  await makeLogin(owner, password);
  const client = await owner.connect();
  try {
    await migrateQueue(client);
  } finally {
    client.release();
  }
  await grantSchema(owner, address.database);
}
