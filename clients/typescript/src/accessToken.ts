import { verify } from 'node:crypto';
import { isKid, type VerificationKey } from './jwks.js';
import { type AccessToken, type RejectionReason } from './result.js';
import { has, integer, isId, type JsonObject, member, readObject, text } from './strictJson.js';

/** Ours have 500 to 800 characters. Checked before anything is decoded. */
const LONGEST_TOKEN = 4096;
const LATEST = 253_402_300_799; // the year 9999

/** The typ of access tokens, a setting of the deployment. */
export type TokenType = 'at+jwt' | 'JWT';

/** What a token may look like to be accepted. */
export interface TokenRules {
  readonly type: TokenType;
  readonly issuer: string;
  readonly audience: string;
  readonly leewaySeconds: number;
  readonly longestLifeSeconds: number;
}

/** A token that was taken apart, and of which nothing is believed yet. */
export interface ReadToken {
  readonly kid: string;
  readonly algorithm: unknown;
  readonly signed: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/**
 * Takes a token apart: the compact form in its one canonical spelling, an access token by its type,
 * without extensions.
 */
export function read(token: string, accepted: TokenType): ReadToken | undefined {
  if (token.length > LONGEST_TOKEN) {
    return undefined;
  }
  const parts = token.split('.').map(decode);
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) {
    return undefined;
  }
  let fields: JsonObject;
  try {
    fields = readObject(header);
  } catch {
    return undefined;
  }
  const type = member(fields, 'typ');
  const kid = member(fields, 'kid');
  if (typeof type !== 'string' || !accepts(accepted, type) || !isKid(kid)) {
    return undefined;
  }
  // RFC 7515 4.1.11: critical extensions that are not understood are refused; none is.
  if (['crit', 'b64', 'zip'].some((name) => has(fields, name))) {
    return undefined;
  }
  const signed = token.slice(0, token.lastIndexOf('.'));
  return { kid, algorithm: member(fields, 'alg'), signed, payload, signature };
}

/**
 * RFC 8725 3.11, RFC 9068 4: no other kind of JWT of this issuer passes for an access token, where
 * the deployment does not say otherwise.
 */
function accepts(accepted: TokenType, type: string): boolean {
  const name = type.toLowerCase().replace(/^application\//, '');
  return name === 'at+jwt' || (accepted === 'JWT' && name === 'jwt');
}

/** Unpadded base64url; the unused bits at its end must be zero (RFC 4648 section 3.5). */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}

/** Whether the key signed it, by the key's own algorithm: the token only repeats that. */
export function isSignedBy(token: ReadToken, { key, algorithm }: VerificationKey): boolean {
  if (token.algorithm !== algorithm) {
    return false;
  }
  const signed = Buffer.from(token.signed, 'ascii');
  switch (algorithm) {
    case 'ES256':
      return (
        token.signature.length === 64 &&
        verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, token.signature)
      );
    case 'EdDSA':
      return verify(null, signed, key, token.signature);
    case 'RS256':
      return verify('sha256', signed, key, token.signature);
  }
}

/**
 * What a genuine token says, or why it is no good.
 *
 * @param now milliseconds since 1970
 */
export function judge(
  payload: Uint8Array,
  rules: TokenRules,
  now: number,
): AccessToken | RejectionReason {
  try {
    return judged(readObject(payload), rules, now);
  } catch {
    return 'MALFORMED';
  }
}

function judged(claims: JsonObject, rules: TokenRules, now: number): AccessToken | RejectionReason {
  const issuedAt = date(claims, 'iat');
  const expiresAt = date(claims, 'exp');
  const notBefore = has(claims, 'nbf') ? date(claims, 'nbf') : issuedAt;
  const leeway = rules.leewaySeconds * 1000;
  // RFC 7519 4.1.4: "on or after" it is over.
  if (now >= expiresAt * 1000 + leeway) {
    return 'EXPIRED';
  }
  if (Math.max(issuedAt, notBefore) * 1000 > now + leeway) {
    return 'NOT_YET_VALID';
  }
  if (member(claims, 'iss') !== rules.issuer) {
    return 'WRONG_ISSUER';
  }
  const audience = member(claims, 'aud');
  if (![audience].flat().includes(rules.audience)) {
    return 'WRONG_AUDIENCE';
  }
  // Revocations are forgotten after the longest life, so a token must not live longer.
  if (expiresAt - issuedAt > rules.longestLifeSeconds) {
    return 'MALFORMED';
  }
  const userId = text(claims, 'sub');
  const sessionId = text(claims, 'sid');
  const epoch = integer(claims, 'epoch');
  if (!isId(userId) || !isId(sessionId) || epoch !== (epoch | 0)) {
    return 'MALFORMED';
  }
  return {
    userId,
    sessionId,
    epoch,
    channel: text(claims, 'chn'),
    deviceClass: text(claims, 'dev'),
    issuedAt,
    expiresAt,
    tokenId: text(claims, 'jti'),
  };
}

/** A NumericDate (RFC 7519 section 2), in whole seconds. */
function date(claims: JsonObject, name: string): number {
  const seconds = integer(claims, name);
  if (seconds < 0 || seconds > LATEST) {
    throw new RangeError(name);
  }
  return seconds;
}
