/** The bench's own processes: they speak with their parent and end with it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { childEnvironment } from '@metatron/platform/env';

export interface Process {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: string;
  send(message: string): void;
  /** What it says next. */
  heard(): Promise<string>;
  stop(): Promise<void>;
}

export interface ProcessOptions {
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags for Node.js itself. */
  readonly flags?: readonly string[];
}

async function heard(child: ChildProcess): Promise<string> {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('a process of the bench ended early');
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [string];
    return message;
  } finally {
    answered.abort();
    await ended.catch(() => undefined);
  }
}

/** Starts a file and waits until it is ready. */
export async function startProcess(file: URL, options: ProcessOptions = {}): Promise<Process> {
  const { parameters = [], environment = {}, flags = [] } = options;
  const child = fork(file, parameters, { env: childEnvironment(environment), execArgv: [...flags] });
  const ready = await heard(child);
  if (child.pid === undefined) throw new Error('the process has no id');
  return {
    pid: child.pid,
    ready,
    send: (message) => child.send(message),
    heard: () => heard(child),
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
