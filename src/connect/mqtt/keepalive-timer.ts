import type { Clock } from '../clock.ts';

/** mqtt.js keeps its connection alive by an interval; the browser would slow its own down in a hidden tab. */
export function keepaliveTimer(clock: Clock): {
  set(run: (...values: unknown[]) => void, everyMs?: number): number;
  clear(id: number): void;
} {
  const stops = new Map<number, () => void>();
  let lastId = 0;
  return {
    set(run, everyMs = 0) {
      const id = ++lastId;
      const again = (): void => {
        stops.set(
          id,
          clock.after(everyMs, () => {
            again();
            run();
          }),
        );
      };
      again();
      return id;
    },
    clear(id) {
      stops.get(id)?.();
      stops.delete(id);
    },
  };
}
