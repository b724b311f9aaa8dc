/** How every program of the platform begins and ends. */
import { StartupError } from './errors.ts';

/** Runs a program; a configuration that cannot run is one clear message and exit code 1. */
export async function runProgram(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof StartupError ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  }
}

/**
 * Waits for Ctrl-C or SIGTERM, then stops. npm passes on a Ctrl-C that the terminal sends as well:
 * a second signal is the same wish, not an order to abandon what is being drained.
 */
export async function untilStopped(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  await stop();
}
