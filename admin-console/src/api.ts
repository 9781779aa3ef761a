import type { paths as Paths } from '../target/openapi';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Having<M extends Method> = {
  [P in keyof Paths]: P extends `/admin/v1/${string}` ? (Paths[P] extends Record<M, { responses: unknown }> ? P : never) : never;
}[keyof Paths];
type Operation<P, M> = P extends keyof Paths ? (M extends keyof Paths[P] ? Paths[P][M] : never) : never;
type Content<T> = T extends { content: { 'application/json': infer J } } ? J : undefined;
/** What an endpoint answers when all went well. */
export type Answer<P, M extends Method = 'get'> =
  Operation<P, M> extends { responses: infer R } ? Content<R[(200 | 201) & keyof R]> : never;
// Numbers as text, too: places in lists are larger than what a number holds here.
type Sent<Q> = { [K in keyof Q]: Q[K] extends number | undefined ? Q[K] | string : Q[K] };
type Query<P, M> = Operation<P, M> extends { parameters: { query?: infer Q } } ? Sent<Q> : never;
export type Body<P, M extends Method = 'post'> =
  Operation<P, M> extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;

type Ids = Record<string, string | number | undefined>;
type Request<P, M extends Method> = { ids?: Ids; query?: Query<P, M>; body?: Body<P, M>; key?: string };

/** What the service answers when it refuses: RFC 9457. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly traceId: string | undefined,
    readonly fields: { field?: string; message?: string }[],
    /** Which rule of several was broken, where a code has some. */
    readonly reason?: string,
    /** The one that is missing. */
    readonly permission?: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** An action that another person has to agree to first. */
export class AwaitsApproval extends Error {
  constructor(readonly approvalId: string) {
    super(`approval ${approvalId}`);
  }
}

type Hooks = { loggedOut: () => void; reauthenticate: () => Promise<boolean> };
let hooks: Hooks | undefined;
let csrfToken: string | undefined;

export const onRefusal = (wanted: Hooks) => void (hooks = wanted);
export const useCsrfToken = (token: string | undefined) => void (csrfToken = token);

/** A name for a request, so that the service does it once however often it is sent. */
export function newKey(): string {
  // Not randomUUID, which browsers offer over TLS only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function send(method: Method, url: string, body: unknown, key: string | undefined): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'get' && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  if (method === 'post' && key) headers['Idempotency-Key'] = key;
  const text = body === undefined ? null : JSON.stringify(body);
  try {
    return await fetch(url, { method: method.toUpperCase(), headers, body: text, credentials: 'same-origin' });
  } catch (error) {
    throw new Problem(0, 'NOT_REACHABLE', 'not reachable', String(error), undefined, []);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const json = JSON.parse(text) as Partial<Problem> & { errors?: Problem['fields'] };
    return new Problem(
      response.status,
      json.code ?? String(response.status),
      json.title ?? response.statusText,
      json.detail ?? '',
      json.traceId,
      json.errors ?? [],
      json.reason,
      json.permission,
    );
  } catch {
    return new Problem(response.status, String(response.status), response.statusText, text.slice(0, 300), undefined, []);
  }
}

export async function call<M extends Method, P extends Having<M>>(method: M, path: P, request: Request<P, M> = {}): Promise<Answer<P, M>> {
  const url = new URL(
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = request.ids?.[name];
      if (id === undefined) throw new Error(`${path} needs ${name}`);
      return encodeURIComponent(id);
    }),
    location.origin,
  );
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  let response = await send(method, url.href, request.body, request.key);
  if (!response.ok) {
    let problem = await problemOf(response);
    if (problem.code === 'REAUTHENTICATION_REQUIRED' && (await hooks?.reauthenticate())) {
      response = await send(method, url.href, request.body, request.key);
      if (!response.ok) problem = await problemOf(response);
    }
    if (!response.ok) {
      if (problem.status === 401 && problem.code === 'TOKEN_REJECTED') hooks?.loggedOut();
      throw problem;
    }
  }
  const json: unknown = response.status === 204 ? undefined : await response.json();
  if (response.status === 202 && json && typeof json === 'object' && 'approvalId' in json) {
    throw new AwaitsApproval(String(json.approvalId));
  }
  return json as Answer<P, M>;
}

export const get = <P extends Having<'get'>>(path: P, request?: Request<P, 'get'>) => call('get', path, request);
