import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Namespace } from './laboratory.ts';

/** Starts a broker at an address of a namespace, which ends with it. Its URL. */
export async function startBrokerAt(namespace: Namespace, address: string): Promise<string> {
  const child = namespace.spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'meeting-child.ts'), address],
    { cwd: join(import.meta.dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (!child.stdout) throw new Error('a broker says where it is');
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return String(url);
}
