import { EventEmitter } from 'node:events';

/** https://www.electronjs.org/docs/latest/api/power-monitor */
export const powerMonitor = new EventEmitter();

/** Ids of what keeps the computer awake now. https://www.electronjs.org/docs/latest/api/power-save-blocker */
export const blockers = new Set<number>();
let last = 0;

export const powerSaveBlocker = {
  start(): number {
    blockers.add(++last);
    return last;
  },
  stop: (id: number): boolean => blockers.delete(id),
};
