import { setTimeout as pause } from 'node:timers/promises';

/** Waits for what something else does, and no longer than needed. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(`did not happen: ${what}`);
    }
    await pause(2);
  }
}
