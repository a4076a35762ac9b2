import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Collects all that nothing holds, also what only the present turn still held. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise((done) => setImmediate(done));
    collect();
  }
}

/** Resolves when what stood behind the reference has been let go; rejects when it is still there after many tries. */
export async function isLetGo(reference: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 50; round++) {
    await collectGarbage();
    if (reference.deref() === undefined) return true;
  }
  return false;
}
