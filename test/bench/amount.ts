/** How much one run moves: so many bytes, or as many as come within the time. */
export interface Amount {
  readonly bytes: number;
  readonly withinMs: number;
}

/** Counts what arrives, from the first of it on; says once, in bytes a second, how fast it came. */
export function startMeter({ bytes, withinMs }: Amount, say: (rate: number) => void): (count: number) => void {
  let startMs: number | null = null;
  let received = 0;
  let said = false;
  return (count) => {
    const nowMs = performance.now();
    startMs ??= nowMs;
    received += count;
    if (said || (received < bytes && nowMs - startMs < withinMs)) return;
    said = true;
    say((received / (nowMs - startMs)) * 1000);
  };
}
