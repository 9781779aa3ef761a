/** What was read is not the JSON that was expected. The message holds nothing of it. */
export class NotJsonError extends Error {}

export type JsonObject = { readonly [name: string]: unknown };

/** Enough for a JWKS and the feed. */
const DEEPEST = 8;

/**
 * Reads one JSON object. A member that comes twice is refused (RFC 7515 section 4, RFC 7519
 * section 4), so is deep nesting.
 */
export function readObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    refuseTwins(text);
  } catch (e) {
    throw e instanceof NotJsonError ? e : new NotJsonError('not JSON');
  }
  if (!isObject(value)) {
    throw new NotJsonError('not a JSON object');
  }
  return value;
}

/** JSON.parse takes the last of several members of one name. The text is known to be JSON. */
function refuseTwins(text: string): void {
  const open: (Set<string> | undefined)[] = []; // undefined for an array
  const parts = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    const token = part[0];
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > DEEPEST) {
        throw new NotJsonError('nested too deep');
      }
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (part[1] !== undefined) {
      const name = JSON.parse(token.slice(0, token.length - part[1].length)) as string;
      const names = open.at(-1);
      if (names === undefined || names.has(name)) {
        throw new NotJsonError('a member comes twice');
      }
      names.add(name);
    }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function has(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name);
}

export function text(object: JsonObject, name: string): string {
  const value = member(object, name);
  if (typeof value !== 'string') {
    throw new NotJsonError(`"${name}" is missing or no text`);
  }
  return value;
}

/** Whole, and small enough to be exact. */
export function integer(object: JsonObject, name: string): number {
  const value = member(object, name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new NotJsonError(`"${name}" is missing or no whole number`);
  }
  return value;
}

/** False when it is absent. */
export function flag(object: JsonObject, name: string): boolean {
  const value = member(object, name);
  if (value !== undefined && typeof value !== 'boolean') {
    throw new NotJsonError(`"${name}" is not true or false`);
  }
  return value ?? false;
}

/** Milliseconds since 1970 of an RFC 3339 time. */
export function instant(object: JsonObject, name: string): number {
  const value = text(object, name);
  const millis = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(millis)) {
    throw new NotJsonError(`"${name}" is no time`);
  }
  return millis;
}

export function objects(object: JsonObject, name: string): JsonObject[] {
  const value = member(object, name);
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new NotJsonError(`"${name}" must hold objects`);
  }
  return value;
}

export function member(object: JsonObject, name: string): unknown {
  return has(object, name) ? object[name] : undefined;
}

/** Ids in their one decimal form: a positive 64-bit number without sign and leading zeros. */
export function isId(value: string): boolean {
  return /^[1-9][0-9]{0,18}$/.test(value) && BigInt(value) < 1n << 63n;
}
