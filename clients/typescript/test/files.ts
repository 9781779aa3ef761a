import { readFileSync } from 'node:fs';

/** A file of this repository, from its root. The compiled tests lie in clients/typescript/target/test/test. */
export function repositoryFile(path: string): Buffer {
  return readFileSync(new URL(`../../../../../${path}`, import.meta.url));
}
