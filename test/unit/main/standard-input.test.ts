import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../../src/main/command-line.ts';
import { withStandardInput } from '../../../src/main/standard-input.ts';
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
