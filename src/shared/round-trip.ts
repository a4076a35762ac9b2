/** Whether a new round trip is worth showing: two measured ones are never the same. */
export function hasMoved(beforeMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - beforeMs) > 5 + beforeMs / 5;
}
