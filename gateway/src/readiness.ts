import type { SubgraphLink } from './subgraphSource.ts';

/** A part of the process that can say whether it works. */
export interface ReadinessProbe {
  readonly name: string;
  readonly check: () => Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, 'ok' | 'down'>>;
}

const DEADLINE_MS = 2_000;

async function answers(check: () => Promise<void>): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => (timer = setTimeout(() => resolve('down'), DEADLINE_MS)));
  try {
    return await Promise.race([
      check().then(
        () => 'ok' as const,
        () => 'down' as const,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks every subgraph, with its database, and every probe. */
export async function askReadiness(
  links: ReadonlyMap<string, SubgraphLink>,
  probes: readonly ReadinessProbe[],
): Promise<Readiness> {
  const checks: [string, () => Promise<void>][] = [
    ...[...links].map(([name, link]): [string, () => Promise<void>] => [name, () => link.ping()]),
    ...probes.map(({ name, check }): [string, () => Promise<void>] => [name, check]),
  ];
  const parts = Object.fromEntries(
    await Promise.all(checks.map(async ([name, check]) => [name, await answers(check)] as const)),
  );
  return { ready: Object.values(parts).every((state) => state === 'ok'), parts };
}
