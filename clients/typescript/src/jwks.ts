import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { has, type JsonObject, member, NotJsonError, objects, readObject } from './strictJson.js';

export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256';

/** A public key, fixed to one algorithm (RFC 8725 section 3.1). */
export interface VerificationKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
}

export type Jwks = ReadonlyMap<string, VerificationKey>;

/**
 * Reads a JWK Set. Keys of unknown types, uses and algorithms are skipped (RFC 7517 section 5), so
 * are keys without kid or alg.
 *
 * @throws NotJsonError if it is no JWK Set, has a key twice, or holds a private key
 */
export function parseJwks(document: Uint8Array): Jwks {
  const keys = new Map<string, VerificationKey>();
  for (const jwk of objects(readObject(document), 'keys')) {
    if (has(jwk, 'd') || has(jwk, 'k')) {
      throw new NotJsonError('the JWK Set holds a key that must be secret');
    }
    const key = verificationKey(jwk);
    if (key !== undefined) {
      if (keys.has(key.kid)) {
        throw new NotJsonError('two keys have the same kid');
      }
      keys.set(key.kid, key);
    }
  }
  return keys;
}

export function isKid(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(value);
}

function verificationKey(jwk: JsonObject): VerificationKey | undefined {
  const kid = member(jwk, 'kid');
  const algorithm = member(jwk, 'alg');
  if (!isKid(kid) || (has(jwk, 'use') && jwk['use'] !== 'sig')) {
    return undefined;
  }
  if (algorithm !== 'ES256' && algorithm !== 'EdDSA' && algorithm !== 'RS256') {
    return undefined;
  }
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return accepts(algorithm, key) ? { kid, algorithm, key } : undefined;
  } catch {
    return undefined; // a value that no such key can have
  }
}

/** Whether the key is of the right kind and strong enough (RFC 7518 section 3, RFC 8725 3.5). */
function accepts(algorithm: SigningAlgorithm, key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails;
  switch (algorithm) {
    case 'ES256':
      return key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1';
    case 'EdDSA':
      return key.asymmetricKeyType === 'ed25519';
    case 'RS256':
      return key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
  }
}
