import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a program prints what matches; fails with its output when it ends first or is late. */
export async function untilPrinted(
  program: ChildProcess,
  pattern: RegExp,
  milliseconds: number,
): Promise<RegExpExecArray> {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  program.stdout?.on('data', collect);
  program.stderr?.on('data', collect);
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = pattern.exec(output);
    if (found !== null) return found;
    if (program.exitCode !== null || Date.now() > end)
      throw new Error(`the program did not print ${String(pattern)}:\n${output}`);
    await sleep(20);
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function untilGone(pid: number, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (isRunning(pid)) {
    if (Date.now() > end) throw new Error(`process ${String(pid)} is still there`);
    await sleep(20);
  }
}

/** Runs a check until it holds. */
export async function eventually(check: () => Promise<void>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}
