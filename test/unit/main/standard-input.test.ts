import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../../src/main/command-line.ts';
import { isBehindOnTerminal, onEachLine, withStandardInput } from '../../../src/main/standard-input.ts';
import { makeRoomCode } from '../../../src/shared/room-code.ts';

const code = makeRoomCode((bytes) => new Uint8Array(bytes));
const plan = parseCommandLine(['--room', '-'], '/');

describe('withStandardInput', () => {
  it('reads the code of `--room -` from the first line', async () => {
    expect(await withStandardInput(plan, Readable.from([`${code.toUpperCase()}\nmore\n`]))).toMatchObject({
      room: { kind: 'code', code },
    });
  });

  it('refuses a wrong code and silence', async () => {
    await expect(withStandardInput(plan, Readable.from(['no such words\n']))).rejects.toThrow(UsageError);
    await expect(withStandardInput(plan, Readable.from([]))).rejects.toThrow(UsageError);
  });

  it('reads nothing for any other plan', async () => {
    const input = Readable.from([code]);
    const other = parseCommandLine(['--room', 'new'], '/');
    expect(await withStandardInput(other, input)).toBe(other);
    expect(input.readableDidRead).toBe(false);
  });
});

it('each line is heard, until nobody listens any more', async () => {
  const input = new PassThrough();
  let heard = 0;
  const stop = onEachLine(input, () => heard++);
  input.write('\n\nsomething\n');
  await new Promise((done) => setImmediate(done));
  expect(heard).toBe(3);
  stop();
  input.write('\n');
  await new Promise((done) => setImmediate(done));
  expect(heard).toBe(3);
});

it.each<[string, boolean, string, boolean]>([
  ['a terminal that this job has', true, '7 (a) b) S 1 42 42 34816 42 4194304', false],
  ['a terminal that another job has', true, '7 (node) S 1 42 42 34816 99 4194304', true],
  ['a pipe', false, '7 (node) S 1 42 42 34816 99 4194304', false],
  ['a terminal, on a system that does not say', true, '', false],
])('%s', (_, isTTY, stat, behind) => {
  expect(isBehindOnTerminal({ isTTY }, () => stat)).toBe(behind);
});
