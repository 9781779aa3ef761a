import { type Clock } from '../src/clock.js';

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 5_000;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    this.#monotonic += milliseconds;
  }

  moveWall(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
