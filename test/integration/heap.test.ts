import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the V8 of this Node knows the flag by which the heap may grow', async () => {
  const heap = join(import.meta.dirname, '../../src/main/heap.ts');
  const script = `import(${JSON.stringify(heap)}).then(({ letHeapGrow }) => letHeapGrow())`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: join(import.meta.dirname, '../..'),
  });
  expect([stdout, stderr]).toEqual(['', '']);
});
