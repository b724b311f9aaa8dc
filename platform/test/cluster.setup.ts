/** One platform for the whole run: `npm start` itself, on a free port and a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment } from '../src/env.ts';

import { untilPrinted } from './programs.ts';

export default async function setUp(): Promise<void> {
  // Not in the superuser's home: PostgreSQL runs as another user there.
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-test-'));
  const password = 'demo-password-of-the-tests';
  // The tests start the project's programs some forty times: each module is compiled once.
  process.env['NODE_COMPILE_CACHE'] = join(dataDirectory, 'compiled');
  const platform = spawn(process.execPath, ['gateway/src/main.ts'], {
    env: childEnvironment({
      NODE_OPTIONS: '',
      DATA_DIR: dataDirectory,
      PORT: '0',
      DEMO_PASSWORD: password,
      LOG_LEVEL: 'warn',
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = await untilPrinted(platform, /GraphQL +(http\S+)\/graphql/, 180_000).catch((error: unknown) => {
    platform.kill('SIGTERM');
    throw error;
  });
  process.env['METATRON_TEST_PID'] = String(platform.pid);
  process.env['METATRON_TEST_URL'] = printed[1];
  process.env['METATRON_TEST_DATA_DIR'] = dataDirectory;
  process.env['METATRON_TEST_PASSWORD'] = password;
  platform.stdout.resume();
  platform.unref();
}
