import { connect, type Socket } from 'node:net';

import type { Trap } from './trap.ts';

interface Rules {
  readonly delayMs: () => number;
  readonly trap: () => Trap | undefined;
  readonly ended: () => void;
}

/** One connection through the proxy: the client's half and the server's. */
export class Link {
  isSilent = false;
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly rules: Rules;

  constructor(client: Socket, target: number, rules: Rules) {
    this.client = client;
    this.server = connect({ host: '127.0.0.1', port: target, noDelay: true });
    this.rules = rules;
    this.pass(this.client, this.server, 'request');
    this.pass(this.server, this.client, 'answer');
  }

  cut(): void {
    for (const socket of [this.client, this.server]) {
      // One that is shutting down cannot be reset, and would stay open.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.rules.ended();
  }

  silence(): void {
    this.isSilent = true;
  }

  private pass(from: Socket, to: Socket, direction: 'request' | 'answer'): void {
    from.on('data', (chunk) => {
      if (this.isSilent) return;
      const verdict = this.rules.trap()?.judge(this, direction, chunk) ?? 'pass';
      if (verdict === 'swallow') {
        this.silence();
        return;
      }
      const delay = this.rules.delayMs();
      if (delay === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), delay);
    });
    from.on('error', () => undefined);
    // Half-open to the end: the other side does not hear that this one has gone.
    from.on('close', () => {
      if (this.isSilent) return;
      to.destroy();
      this.rules.ended();
    });
  }
}
