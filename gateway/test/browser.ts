/** A real browser for the tests: Debian's own when it is there, else the one from node_modules. */
import { existsSync } from 'node:fs';

import { childEnvironment } from '@metatron/platform/env';
import { chromium, type Browser } from 'playwright-core';

const SYSTEM = '/usr/bin/chromium';

async function executablePath(): Promise<string> {
  if (existsSync(SYSTEM)) return SYSTEM;
  // With this the package unpacks its own NSS libraries, which a bare machine lacks, and names them to the loader.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await executablePath(),
    args: ['--no-sandbox', '--headless=shell'],
    env: childEnvironment(),
  });
}
