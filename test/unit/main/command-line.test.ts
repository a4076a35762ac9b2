import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine, UsageError } from '../../../src/main/command-line.ts';
import { makeRoomCode } from '../../../src/shared/room-code.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomdrop-cli-'));
  writeFileSync(join(folder, 'letter.txt'), 'hello');
});
afterAll(() => rmSync(folder, { recursive: true }));

const code = makeRoomCode((bytes) => new Uint8Array(bytes).fill(7));

test('everything at once becomes a plan', () => {
  const plan = parseCommandLine(
    [
      ...['letter.txt', '--room', code.toUpperCase().replaceAll('-', ' '), '--name', ' Ann ', '--downloads', 'in'],
      ...['--data-dir', '/data', '--broker', 'embedded', '--broker', 'wss://broker.example:8884/mqtt'],
      ...['--ice-server', 'stun:stun.example:3478', '--ice-server', 'turn:me:se%20cret@turn.example'],
      ...['--accept', 'all', '--host', 'browser', '--port', '8080', '--json', '--exit-when-done'],
    ],
    folder,
  );
  expect(plan).toEqual({
    paths: [join(folder, 'letter.txt')],
    room: { kind: 'code', code },
    name: 'Ann',
    downloads: join(folder, 'in'),
    dataDir: '/data',
    brokers: ['embedded', 'wss://broker.example:8884/mqtt'],
    iceServers: [
      { urls: 'stun:stun.example:3478' },
      { urls: 'turn:turn.example', username: 'me', credential: 'se cret' },
    ],
    accept: 'all',
    host: 'browser',
    port: 8080,
    json: true,
    exitWhenDone: true,
    show: null,
  });
});

test('nothing given leaves everything to the settings', () => {
  const plan = parseCommandLine([], folder);
  expect(plan).toMatchObject({
    paths: [],
    room: { kind: 'none' },
    brokers: null,
    iceServers: null,
    accept: null,
    port: 0,
  });
});

test.each([
  ['new', { kind: 'new' }],
  ['-', { kind: 'stdin' }],
])('--room %s', (value, room) => {
  expect(parseCommandLine(['--room', value], folder).room).toEqual(room);
});

test('--ice-server none means no server at all', () => {
  expect(parseCommandLine(['--ice-server', 'none'], folder).iceServers).toEqual([]);
});

describe('one clear sentence for', () => {
  test.each([
    ['an unknown flag', ['--frobnicate'], /--frobnicate/],
    ['a flag without its value', ['--room'], /--room/],
    ['a missing path', ['nowhere.txt'], /nowhere\.txt/],
    ['a broker that is no WebSocket', ['--broker', 'mqtt://broker.example'], /mqtt:\/\/broker\.example/],
    ['a broker that is no address', ['--broker', 'broker'], /"broker"/],
    ['an ICE server that is none', ['--ice-server', 'http://x'], /http:\/\/x/],
    ['a TURN server without credentials', ['--ice-server', 'turn:turn.example'], /turn:turn\.example/],
    ['a percent sign that begins no escape', ['--ice-server', 'turn:a%:b@host'], /turn:a%:b@host/],
    ['a value where none belongs', ['--exit-when-done=yes'], /--exit-when-done/],
    ['none among others', ['--ice-server', 'none', '--ice-server', 'stun:x'], /none/],
    ['a port that is no number', ['--port', '80x'], /80x/],
    ['a port too large', ['--port', '65536'], /65536/],
    ['another accept', ['--accept', 'some'], /ask or all/],
    ['another host', ['--host', 'firefox'], /electron or browser/],
    ['an empty name', ['--name', '  '], /--name/],
    ['a name that nobody would see', ['--name', '\u200b\u2066'], /--name/],
    ['a long name', ['--name', 'x'.repeat(65)], /64/],
    ['a code of four words', ['--room', code.split('-').slice(1).join('-')], /--room/],
    ['a word that is no word', ['--room', code.replace(/^\w+/, 'qwertz')], /qwertz/],
  ])('%s', (_, argv, message) => {
    expect(() => parseCommandLine(argv, folder)).toThrow(UsageError);
    expect(() => parseCommandLine(argv, folder)).toThrow(message);
    try {
      parseCommandLine(argv, folder);
    } catch (error) {
      expect(String(error)).not.toContain('\n');
    }
  });
});
