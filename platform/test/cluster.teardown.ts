import { rmSync } from 'node:fs';

import { untilGone } from './programs.ts';

export default async function tearDown(): Promise<void> {
  const pid = Number(process.env['METATRON_TEST_PID']);
  process.kill(pid, 'SIGTERM');
  await untilGone(pid, 30_000);
  rmSync(process.env['METATRON_TEST_DATA_DIR'] ?? '', { recursive: true, force: true });
}
