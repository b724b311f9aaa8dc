/** The bench's own processes: they speak with their parent and end with it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Process {
  readonly pid: number;
  send(message: string): void;
  /** What it says next. */
  heard(): Promise<string>;
  stop(): Promise<void>;
}

async function heard(child: ChildProcess): Promise<string> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process of the bench ended early');
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [string];
  return message;
}

/** Starts a file of this folder and waits until it is ready. */
export async function startProcess(
  file: string,
  parameters: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Process> {
  const child = fork(join(import.meta.dirname, file), parameters, { execArgv: [...nodeOptions] });
  await heard(child);
  if (child.pid === undefined) throw new Error('the process has no id');
  return {
    pid: child.pid,
    send: (message) => child.send(message),
    heard: () => heard(child),
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
