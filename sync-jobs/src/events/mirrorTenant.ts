import { writeDirectory, type DirectoryEntry } from '@metatron/prisma/cdx/directory';
import { events } from '@metatron/prisma/cdx/events';

import { defineHandler } from './defineHandler.ts';

const READ = 'SELECT id, name, status, client_id AS "clientId", version FROM tenants WHERE id = $1';

/** Brings what has changed of a tenant to AUTH's directory; the subgraph has tried so before. */
export const mirrorTenant = defineHandler({
  name: 'mirrorTenant',
  of: events,
  on: ['tenant.created', 'tenant.updated', 'tenant.suspended', 'tenant.resumed'],
  handle: async ({ payload: { tenantId } }, { connections }) => {
    const cdx = { service: 'cdx', privilege: 'service' } as const;
    const { rows } = await connections.as('cdx', cdx, tenantId).query<DirectoryEntry>(READ, [tenantId]);
    if (rows[0] !== undefined) await writeDirectory(connections.as('auth', cdx, tenantId), rows[0]);
  },
});
