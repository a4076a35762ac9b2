import { join } from 'node:path';
import { untilSays } from '../until-says.ts';
import type { Namespace } from './laboratory.ts';

/** Starts a broker at an address of a namespace, which ends with it. Its URL. */
export async function startBrokerAt(namespace: Namespace, address: string): Promise<string> {
  const child = join(import.meta.dirname, 'broker-at-child.ts');
  const args = ['--import', 'tsx', child, address];
  return untilSays(namespace.spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }), /^ws:/);
}
