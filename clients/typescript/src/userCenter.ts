/** What a game server shows to the user center. */
export interface ServiceCredential {
  readonly id: string;
  readonly secret: string;
}

/** Requests to the user center: bounded in time and in size, without redirects. */
export class UserCenter {
  readonly #base: string;
  readonly #authorization: string;
  readonly #closed: AbortSignal;

  /** @param closed ends what is under way */
  constructor(base: string, credential: ServiceCredential, closed: AbortSignal) {
    const url = new URL(base);
    if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
      throw new RangeError("the user center's address must be like https://host[:port][/path]");
    }
    if (credential.id === '' || credential.id.includes(':') || credential.secret === '') {
      throw new RangeError('a credential has an id without colons, and a secret');
    }
    this.#base = base.replace(/\/$/, '');
    const pair = Buffer.from(`${credential.id}:${credential.secret}`, 'utf8');
    this.#authorization = `Basic ${pair.toString('base64')}`;
    this.#closed = closed;
  }

  /** Public documents need no credential, and get none. */
  async getPublic(path: string, timeoutMs: number, largest: number): Promise<Uint8Array> {
    return this.#get(path, {}, timeoutMs, largest);
  }

  async get(path: string, timeoutMs: number, largest: number): Promise<Uint8Array> {
    return this.#get(path, { authorization: this.#authorization }, timeoutMs, largest);
  }

  async #get(
    path: string,
    headers: Record<string, string>,
    timeoutMs: number,
    largest: number,
  ): Promise<Uint8Array> {
    const abort = new AbortController();
    const end = (): void => abort.abort(new Error(`no answer within ${timeoutMs} ms, or closed`));
    const timer = setTimeout(end, timeoutMs); // for all of it: connecting, waiting, reading
    this.#closed.addEventListener('abort', end, { once: true });
    try {
      this.#closed.throwIfAborted();
      const response = await fetch(this.#base + path, {
        headers: { accept: 'application/json', ...headers },
        redirect: 'error', // the credential goes nowhere else
        signal: abort.signal,
      });
      if (response.status !== 200 || response.body === null) {
        throw new Error(`${this.#base}${path} answered ${response.status}`);
      }
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > largest) {
          throw new Error(`${this.#base}${path} answered more than ${largest} bytes`);
        }
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      clearTimeout(timer);
      this.#closed.removeEventListener('abort', end);
      abort.abort(); // after a whole answer this does nothing
    }
  }

  toString(): string {
    return this.#base;
  }
}
