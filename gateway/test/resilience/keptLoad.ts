/** Clients that keep their connections and ask without a pause, until nobody listens any more. */
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answered {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly status: number;
  readonly body: string;
  readonly isLastOfConnection: boolean;
}

export interface Failed {
  readonly code: string | undefined;
  /** Whether the connection had answered before. */
  readonly isKept: boolean;
}

interface Options {
  readonly url: string;
  readonly token: string;
  readonly queries: readonly string[];
  readonly clients: number;
}

export class KeptLoad {
  readonly answered: Answered[] = [];
  readonly failed: Failed[] = [];
  /** Resolves when every client has ended. */
  readonly ended: Promise<unknown>;
  private isOver = false;
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
    this.ended = Promise.all(Array.from({ length: options.clients }, (_, nth) => this.client(nth)));
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.ended;
  }

  /** Goes on until it is refused, or told to end. */
  private async client(nth: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { queries } = this.options;
    for (let turn = nth; !this.isOver; turn += 1) {
      const isGoingOn = await this.ask(agent, queries[turn % queries.length] ?? '');
      if (!isGoingOn) break;
    }
    agent.destroy();
  }

  private async ask(agent: Agent, query: string): Promise<boolean> {
    const { url, token } = this.options;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sentAt = performance.now();
    const sending = request(`${url}/graphql`, { method: 'POST', agent, headers });
    sending.end(JSON.stringify({ query }));
    try {
      const answer = await answerTo(sending);
      const [status, body] = [answer.statusCode ?? 0, await text(answer)];
      const isLastOfConnection = answer.headers.connection === 'close';
      this.answered.push({ sentAt, endedAt: performance.now(), status, body, isLastOfConnection });
      return true;
    } catch (error) {
      this.failed.push({ code: (error as NodeJS.ErrnoException).code, isKept: sending.reusedSocket });
      return false;
    }
  }
}

const answerTo = (sending: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => sending.once('response', resolve).once('error', reject));
