import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { IceServer } from '../shared/bridge.ts';
import { limits } from '../shared/protocol/limits.ts';
import { cleanName } from '../shared/protocol/peer-name.ts';
import { parseRoomCode } from '../shared/room-code.ts';
import { reasonLine } from '../shared/text.ts';
import { parseBrokerUrl, parseIceServer } from './addresses.ts';

/** A checked command line: what this run of the app is to do. Null means "as the settings say". */
export interface Plan {
  /** Absolute; each exists. */
  readonly paths: readonly string[];
  readonly room: { readonly kind: 'code'; readonly code: string } | { readonly kind: 'new' | 'stdin' | 'none' };
  readonly name: string | null;
  readonly downloads: string | null;
  readonly dataDir: string | null;
  /** WebSocket URLs of brokers; `embedded` is a broker of our own on loopback. */
  readonly brokers: readonly string[] | null;
  /** Empty: no STUN and no TURN. */
  readonly iceServers: readonly IceServer[] | null;
  readonly accept: 'ask' | 'all' | null;
  readonly host: 'electron' | 'browser' | null;
  /** Browser host's TCP port on loopback; 0 lets the system choose. */
  readonly port: number;
  readonly json: boolean;
  readonly exitWhenDone: boolean;
  readonly show: 'help' | 'version' | null;
}

/** Its message is one sentence for standard error; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(sentence: string) {
    super(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`);
  }
}

export const usage = `Usage: roomdrop [files or folders...] [options]

  --room CODE|new|-       join this room, start one, or read the code from standard input
  --name NAME             how others see you
  --downloads DIR         where received files go
  --data-dir DIR          where settings and this installation's key are kept
  --broker URL|embedded   meeting server, ws:// or wss://; repeatable, replaces the list
  --ice-server URL|none   stun:host[:port] or turn:user:password@host[:port]; repeatable
  --accept ask|all        ask for each offer, or take every one
  --host electron|browser the desktop window, or a tab of your browser
  --port N                browser host: the port on this computer
  --exit-when-done        end once everybody here has ended with what is sent, or the first transfer has
  --json                  one JSON event a line on standard output
  --help, --version`;

/**
 * Arguments to a plan. Relative paths are of `cwd`.
 * @throws UsageError naming the first thing that is wrong.
 */
export function parseCommandLine(argv: readonly string[], cwd: string): Plan {
  const { values, positionals } = parse(argv);
  return {
    paths: positionals.map((path) => existing(resolve(cwd, path), path)),
    room: room(values.room),
    name: name(values.name),
    downloads: values.downloads === undefined ? null : resolve(cwd, filled('--downloads', values.downloads)),
    dataDir: values['data-dir'] === undefined ? null : resolve(cwd, filled('--data-dir', values['data-dir'])),
    brokers: values.broker?.map(broker) ?? null,
    iceServers: iceServers(values['ice-server']),
    accept: oneOf('--accept', values.accept, ['ask', 'all']),
    host: oneOf('--host', values.host, ['electron', 'browser']),
    port: port(values.port),
    json: values.json ?? false,
    exitWhenDone: values['exit-when-done'] ?? false,
    show: values.help ? 'help' : values.version ? 'version' : null,
  };
}

const switches = {
  room: { type: 'string' },
  name: { type: 'string' },
  downloads: { type: 'string' },
  'data-dir': { type: 'string' },
  broker: { type: 'string', multiple: true },
  'ice-server': { type: 'string', multiple: true },
  accept: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'boolean' },
  'exit-when-done': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Whether an argument is a switch that we know, with or without a value in it. */
export function isOwnSwitch(argument: string): boolean {
  return argument === '-' || argument === '-h' || Object.hasOwn(switches, /^--([^=]+)/.exec(argument)?.[1] ?? '');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: switches,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node's second sentence explains how to pass a positional that begins with a dash; one sentence is enough here.
    throw new UsageError(message.split('. ')[0]?.replace(/\.$/, '') ?? message);
  }
}

function existing(path: string, given: string): string {
  if (!existsSync(path)) throw new UsageError(`There is no file or folder "${given}"`);
  return path;
}

function filled(flag: string, value: string): string {
  if (value.trim() === '') throw new UsageError(`${flag} needs a value`);
  return value;
}

function room(value: string | undefined): Plan['room'] {
  if (value === undefined) return { kind: 'none' };
  if (value === 'new') return { kind: 'new' };
  if (value === '-') return { kind: 'stdin' };
  return { kind: 'code', code: roomCode(value) };
}

/**
 * A room code from the command line or standard input.
 * @throws UsageError that names the wrong word.
 */
export function roomCode(text: string): string {
  const parsed = parseRoomCode(text);
  if ('error' in parsed) {
    throw new UsageError(`--room: ${reasonLine(parsed.error)}`);
  }
  return parsed.code;
}

function name(value: string | undefined): string | null {
  if (value === undefined) return null;
  const clean = cleanName(filled('--name', value));
  if (clean === '') throw new UsageError('--name needs characters that can be seen');
  if ([...value.trim()].length > limits.nameCharacters) {
    throw new UsageError(`--name is longer than ${limits.nameCharacters} characters`);
  }
  return clean;
}

function broker(value: string): string {
  if (value === 'embedded') return value;
  const url = parseBrokerUrl(value);
  if (!url) throw new UsageError(`--broker "${value}" is neither "embedded" nor a ws:// or wss:// address`);
  return url;
}

function iceServers(values: string[] | undefined): IceServer[] | null {
  if (!values) return null;
  if (values.includes('none')) {
    if (values.length > 1) throw new UsageError('--ice-server none cannot be combined with others');
    return [];
  }
  return values.map((value) => {
    const server = parseIceServer(value);
    if (!server)
      throw new UsageError(`--ice-server "${value}" is neither "none" nor a stun:, stuns:, turn: or turns: address`);
    return server;
  });
}

function oneOf<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = allowed.find((each) => each === value);
  if (!found) throw new UsageError(`${flag} takes ${allowed.join(' or ')}, not "${value}"`);
  return found;
}

function port(value: string | undefined): number {
  if (value === undefined) return 0;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${value}"`);
  return number;
}
