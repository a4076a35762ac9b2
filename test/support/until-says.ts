import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Resolves with the first line of a process's output that fits; rejects when it ends before. */
export function untilSays(child: ChildProcess, pattern: RegExp): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('nobody hears what it says');
  return new Promise((done, fail) => {
    const said: string[] = [];
    createInterface({ input: stdout })
      .on('line', (line) => {
        said.push(line);
        if (pattern.test(line)) done(line);
      })
      .on('close', () => fail(new Error(`It ended before it said ${pattern}:\n${said.join('\n')}`)));
  });
}
