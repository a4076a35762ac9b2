import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Disk } from './files/disk.ts';
import type { EngineWorld } from './transfer/engine-world.ts';

/** What an engine takes from around it, as the system has it. Its timers alone keep no process alive. */
export function createSystemWorld(disk: Disk): EngineWorld {
  return {
    now: () => performance.now(),
    after(ms, action) {
      const timer = setTimeout(action, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    pause: () => setImmediate(),
    randomBytes,
    disk,
    platform: process.platform,
  };
}
