import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export const CREDENTIAL = { id: 'gs-1', secret: 's3cret-ü' };
const EXPECTED = `Basic ${Buffer.from('gs-1:s3cret-ü', 'utf8').toString('base64')}`;

type Answer = readonly [status: number, body: string];
type Handler = (url: URL) => Answer | Promise<Answer>;

/**
 * Below the ephemeral range, so that no outgoing connection takes it; none twice, or connections to
 * the last server would be tried again.
 */
let nextPort = 20_000 + ((process.pid * 31) % 10_000);

/** The part of the user center that a verifier talks to, over real HTTP on loopback. */
export class FakeUserCenter {
  jwks: object = { keys: [] };
  /** By server id. */
  readonly ticketKeys = new Map<string, object>();
  readonly requests: URL[] = [];
  readonly #log: object[] = [];
  readonly #server: Server;
  #waiting: (() => void)[] = [];
  #trouble: Handler | undefined;
  #resets = 0;
  #pageSize = 1_000;
  unheard: number[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeUserCenter> {
    const fake = new FakeUserCenter();
    for (;;) {
      const port = nextPort++;
      const taken = await new Promise<boolean>((resolve) => {
        fake.#server.once('error', () => resolve(true));
        fake.#server.listen(port, '127.0.0.1', () => resolve(false));
      });
      if (!taken) {
        return fake;
      }
    }
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(path: string): number {
    return this.requests.filter((url) => url.pathname === path).length;
  }

  tell(...entries: object[]): void {
    this.#log.push(...entries.map((entry, i) => ({ seq: `${this.#log.length + i}`, ...entry })));
    this.#wake();
  }

  pageSize(size: number): void {
    this.#pageSize = size;
  }

  /** The next answer says that the asker missed something. */
  resetOnce(): void {
    this.#resets++;
    this.#wake();
  }

  /** Answers everything so, or well again. Ends the polls that are held open. */
  inTrouble(trouble: Handler | undefined): void {
    this.#trouble = trouble;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((resolve) => resolve());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    this.requests.push(url);
    const [status, body] = await this.#judge(url, request);
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(body);
  }

  async #judge(url: URL, request: IncomingMessage): Promise<Answer> {
    if (this.#trouble !== undefined) {
      return this.#trouble(url);
    }
    if (url.pathname === '/.well-known/jwks.json') {
      return request.headers.authorization === undefined
        ? [200, JSON.stringify(this.jwks)]
        : [400, 'a credential that nobody asked for'];
    }
    if (request.headers.authorization !== EXPECTED) {
      return [401, '{}'];
    }
    if (url.pathname === '/server/v1/ticket-keys') {
      const keys = this.ticketKeys.get(url.searchParams.get('serverId') ?? '');
      return keys === undefined ? [403, '{}'] : [200, JSON.stringify(keys)];
    }
    return url.pathname === '/server/v1/revocations' ? this.#poll(url) : [404, '{}'];
  }

  async #poll(url: URL): Promise<Answer> {
    const after = Number(url.searchParams.get('after'));
    const waitMs = Number(url.searchParams.get('waitMs'));
    if (this.#log.length <= after && this.#resets === 0 && waitMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (this.#trouble !== undefined) {
      return this.#trouble(url);
    }
    const reset = this.#resets > 0;
    this.#resets -= reset ? 1 : 0;
    const from = reset ? 0 : after;
    const to = Math.min(from + this.#pageSize, this.#log.length);
    return [
      200,
      JSON.stringify({
        next: `${to}`,
        reset,
        more: to < this.#log.length,
        revocations: this.#log.slice(from, to),
        ...(this.unheard.length > 0 && { unheard: this.unheard }),
      }),
    ];
  }

  close(): void {
    this.inTrouble(() => [503, '{}']);
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
