/** `npm run admin:create -- --email E`: a superadmin, and the link to set the first password with. */
import { parseArgs } from 'node:util';

import { ClientCache, Connections } from '@metatron/platform/database/connections';
import { readEnvironment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import { PLATFORM_TENANT, type Caller } from '@metatron/platform/identity';
import { createLog } from '@metatron/platform/log';
import { runProgram } from '@metatron/platform/program';
import { openKeyRing, type KeyRing } from '@metatron/platform/tokens';
import { email as emailField } from '@metatron/platform/verb/fields';
import { writeRecords } from '@metatron/platform/verb/records';
import { PrismaClient } from '@metatron/prisma/auth/client';
import { events } from '@metatron/prisma/auth/events';
import { findStorage } from '@metatron/prisma/storage';
import { v7 as uuidv7 } from 'uuid';

import { issueLink, linkKinds } from '../link.ts';
import { NO_PASSWORD } from '../password.ts';

/** @throws StartupError unless the command line names one address. */
function readAddress(): string {
  const usage = 'Usage: npm run admin:create -- --email you@example.com';
  let given: string | undefined;
  try {
    given = parseArgs({ options: { email: { type: 'string' } } }).values.email;
  } catch (error) {
    throw new StartupError((error as Error).message, usage);
  }
  const parsed = emailField.safeParse(given ?? '');
  if (!parsed.success) throw new StartupError(parsed.error.issues[0]?.message ?? 'This is not an address.', usage);
  return parsed.data;
}

/** Makes the account without a password, and the link's token, which is stored as a hash alone. */
async function invite(client: PrismaClient, keys: KeyRing, email: string): Promise<string> {
  const owner = { tenantId: PLATFORM_TENANT, userId: uuidv7() };
  const caller: Caller = { identity: { kind: 'platform' }, requestId: uuidv7(), address: '', userAgent: '' };
  return client.$transaction(async (tx) => {
    const { tenantId, userId } = owner;
    const where = { tenantId_email: { tenantId, email } };
    if ((await tx.user.findUnique({ where, select: { id: true } })) !== null)
      throw new StartupError(`${email} has an account already.`, 'Reset its password if that is what is missing.');
    const user = { id: userId, email, role: 'superadmin' };
    await tx.user.create({ data: { ...user, tenantId, passwordHash: NO_PASSWORD }, select: { id: true } });
    const { token } = await issueLink(tx, keys, { ...owner, kind: 'invitation' });
    await writeRecords(tx, events, {
      caller,
      tenantId,
      action: 'adminCreate',
      outcome: {
        row: user,
        object: { type: 'User', id: userId },
        after: user,
        events: [{ type: 'user.created', payload: { userId, role: user.role } }],
      },
    });
    return token;
  });
}

await runProgram(async () => {
  const email = readAddress();
  const environment = readEnvironment();
  const { addresses, passwords } = await findStorage(environment);
  const connections = new Connections(addresses, passwords, createLog(environment.logLevel));
  const clients = new ClientCache(connections, 'auth', (adapter) => new PrismaClient({ adapter }));
  try {
    const keys = await openKeyRing(environment.signingKeysFile);
    const token = await invite(clients.get('service', PLATFORM_TENANT), keys, email);
    console.log(`${email} is a superadmin. The password is set once, within ${linkKinds.invitation.hours} hours, at`);
    console.log(`${environment.publicUrl}/graphql#reset=${token}`);
  } finally {
    await connections.end();
  }
});
