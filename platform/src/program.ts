/** How every program of the platform begins and ends. */
import { GraphQLError } from 'graphql';

import { StartupError } from './errors.ts';

/**
 * Of a list that must not hold nulls, graphql-js 16 hears the first item that fails, and leaves those behind that fail
 * later. The answer is null and says so: no reason to end a program that others use.
 */
function outliveUnheardFields(): void {
  process.on('unhandledRejection', (reason) => {
    if (!(reason instanceof GraphQLError)) throw reason;
  });
}

/** Runs a program; a configuration that cannot run is one clear message and exit code 1. */
export async function runProgram(run: () => Promise<void>): Promise<void> {
  outliveUnheardFields();
  try {
    await run();
  } catch (error) {
    console.error(error instanceof StartupError ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  }
}

/**
 * Resolves at Ctrl-C or SIGTERM. npm passes on a Ctrl-C that the terminal sends as well: a second
 * signal is the same wish, not an order to abandon what is being drained.
 *
 * A program that starts PostgreSQL listens before it does, so that a Ctrl-C during the start does
 * not leave it behind.
 */
export function stopAsked(): Promise<void> {
  return new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}

/** Waits for the wish to stop, then stops. */
export async function untilStopped(stop: () => Promise<void>, asked = stopAsked()): Promise<void> {
  // A listener for signals keeps no program alive by itself.
  const alive = setInterval(() => undefined, 60_000);
  await asked;
  clearInterval(alive);
  await stop();
}
