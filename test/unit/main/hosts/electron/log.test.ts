import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../../../../src/main/events.ts';
import { createLog, createLoggedOutput } from '../../../../../src/main/hosts/electron/log.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const now = () => new Date(0);

describe('the log', () => {
  it('tells what happened, one line each, and goes on after a restart', async () => {
    const path = join(folder, 'logs/roomdrop.log');
    createLog(path, now).line('one\ntwo');
    createLog(path, now).line('three');
    expect(await readFile(path, 'utf8')).toBe('1970-01-01T00:00:00.000Z one two\n1970-01-01T00:00:00.000Z three\n');
  });

  it('never takes more than two files of a quarter MiB', async () => {
    const path = join(folder, 'roomdrop.log');
    const log = createLog(path, now);
    for (let line = 0; line < 3000; line++) log.line('x'.repeat(300));
    for (const each of [path, `${path}.1`]) expect((await stat(each)).size).toBeLessThanOrEqual(256 * 1024);
    expect(await readFile(path, 'utf8')).toMatch(/x\n$/);
  });

  it('that cannot be written troubles nobody', () => {
    expect(() => createLog(join(folder, 'a\0b', 'log'), now).line('one')).not.toThrow();
  });

  it('holds no code, no name, no path and no address of what passes by', async () => {
    const path = join(folder, 'roomdrop.log');
    const passed: AppEvent[] = [];
    const output = createLoggedOutput({ emit: (event) => passed.push(event) }, createLog(path, now));
    const events: AppEvent[] = [
      { event: 'ready', url: 'http://127.0.0.1:4000/#token', broker: 'ws://127.0.0.1:4001' },
      { event: 'room', code: 'apple-river-secret' },
      { event: 'peer', id: 'session-id', name: 'Ann', state: 'connected', path: 'local', reason: 'ws://10.0.0.1' },
      { event: 'lane', peer: 'session-id', name: 'Ann', kind: 'channel', reason: 'No direct lane.' },
      {
        event: 'transfer',
        id: 'transfer-id',
        direction: 'in',
        peer: 'session-id',
        name: 'diary.txt',
        files: 1,
        folders: 0,
        state: 'done',
        bytes: 5,
        total: 5,
        path: '/home/ann/diary.txt',
        reason: 'The file diary.txt',
      },
      { event: 'error', message: 'wss://broker.example cannot be reached; diary.txt' },
    ];
    for (const event of events) output.emit(event);
    expect(passed).toEqual(events);
    const log = await readFile(path, 'utf8');
    expect(log).not.toMatch(/apple|token|Ann|diary|home|10\.0|127\.0|example|session-id/);
    expect(log.trim().split('\n')).toHaveLength(events.length);
    expect(log).toMatch(/peer sessio connected local/);
    expect(log).toMatch(/lane to sessio channel, No direct lane\./);
    expect(log).toMatch(/transfer transf in done 5\/5/);
  });
});
