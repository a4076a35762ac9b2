import { app } from 'electron';
import type { Handed } from './handed.ts';
import { handedByStart, type Start } from './second-start.ts';

/**
 * True for the first start with this data folder. A later one hands its arguments to the first and gets false.
 * @param onStart in the first: another start came, with these.
 */
export function takeInstance(start: Start, onStart: (handed: Partial<Handed>) => void): boolean {
  if (!app.requestSingleInstanceLock({ ...start })) return false;
  app.on('second-instance', (_event, _argv, _cwd, told) => onStart(handedByStart(told)));
  return true;
}
