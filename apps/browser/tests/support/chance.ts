// Chance that can be repeated.

/** mulberry32 */
export class Chance {
  constructor(private state: number) {}
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }
  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
