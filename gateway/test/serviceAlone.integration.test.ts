import { afterAll, describe, expect, test } from '@jest/globals';

import { eventually } from '../../platform/test/programs.ts';
import { startRedis } from '../../sync-jobs/test/kit.ts';

import { endAll, launchService, serviceAddressOf, START_MS } from './launch.ts';

afterAll(endAll);

describe('a service without the others', () => {
  test(
    'sync-jobs alone drains, and says that it is ready',
    async () => {
      const program = launchService('sync-jobs');
      const url = await serviceAddressOf(program);
      const ready = await fetch(`${url}/ready`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toMatchObject({ ready: true, queue: 'reachable' });
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    },
    START_MS,
  );

  test(
    'sync-jobs ends when it is asked to, also while its queue is silent with jobs under way',
    async () => {
      const redis = await startRedis();
      const program = launchService('sync-jobs', { REDIS_URL: redis.url });
      const url = await serviceAddressOf(program);
      await eventually(async () => {
        expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ ready: true, queue: 'reachable' });
      }, START_MS);
      redis.silence();
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
      await redis.stop();
    },
    START_MS,
  );

  test('a service whose database is absent ends with 1 and the reason', async () => {
    const program = launchService('crm', { DATABASE_URL_CRM: 'postgresql://127.0.0.1:1/crm' });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('The crm database does not answer: connect ECONNREFUSED');
    expect(program.output()).not.toContain('    at ');
  });

  test('a service that does not exist ends with 1 and the names of those that do', async () => {
    const program = launchService('crn');
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('There is no service «crn».\n  Choose one of gateway, sync-jobs, auth, crm');
  });
});
