import { setFlagsFromString } from 'node:v8';

/**
 * The heap may grow to five times what lives in it before all of it is looked through. V8 counts the blocks that a transfer
 * makes and drops, though they lie outside of it; by its usual factor all was looked through for every seven megabytes sent,
 * a seventh of the work at both ends. Holds for this process; a V8 without this flag says so on standard error and goes on.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=400');
}
