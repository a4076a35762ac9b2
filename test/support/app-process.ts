import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AppEvent } from '../../src/main/events.ts';

const projectRoot = join(import.meta.dirname, '../..');

type EventOf<N extends AppEvent['event']> = Extract<AppEvent, { event: N }>;

/** A running app that prints JSON lines, with folders of its own. */
export interface AppProcess {
  readonly home: string;
  readonly downloads: string;
  readonly events: readonly AppEvent[];
  readonly stderr: string;
  readonly pid: number;
  /** The exit code once it has ended. */
  readonly exited: Promise<number | null>;
  /** The first event, past or to come, that fits. Fails when the process ends first. */
  event<N extends AppEvent['event']>(name: N, fits?: (event: EventOf<N>) => boolean): Promise<EventOf<N>>;
  /** An address of its page that nobody has opened yet: each lets in one page, once. */
  address(): Promise<string>;
  /** SIGTERM; the exit code. The folders are removed. */
  stop(): Promise<number | null>;
}

export async function startApp(
  args: readonly string[],
  input = '',
  spawnIt: (args: readonly string[]) => ChildProcess | Promise<ChildProcess> = spawnBrowserHost,
): Promise<AppProcess> {
  const home = await mkdtemp(join(tmpdir(), 'roomdrop-test-'));
  const downloads = join(home, 'downloads');
  const own = ['--json', '--data-dir', join(home, 'data'), '--downloads', downloads];
  const child = await spawnIt([...own, ...args]);
  // It may end before it has read all of it.
  child.stdin?.on('error', () => undefined);
  if (input) child.stdin?.write(input);
  let addresses = 0;
  const events: AppEvent[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  let ended: number | null | undefined;
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      events.push(JSON.parse(line) as AppEvent);
      for (const check of [...waiting]) check();
    });
  }
  const exited = new Promise<number | null>((done) => {
    child.once('close', (code) => {
      ended = code;
      for (const check of [...waiting]) check();
      done(code);
    });
  });

  const app: AppProcess = {
    home,
    downloads,
    events,
    get stderr() {
      return stderr;
    },
    pid: child.pid ?? -1,
    exited,
    event(name, fits = () => true) {
      return new Promise((done, fail) => {
        const check = (): void => {
          const found = events.find(
            (event): event is EventOf<typeof name> => event.event === name && fits(event as EventOf<typeof name>),
          );
          if (!found && ended === undefined) return;
          waiting.delete(check);
          if (found) done(found);
          else fail(new Error(`ended with ${ended} before "${name}": ${stderr}\n${JSON.stringify(events.slice(-5))}`));
        };
        waiting.add(check);
        check();
      });
    },
    async address() {
      const wanted = addresses++;
      if (wanted > 0) child.stdin?.write('\n');
      const { url } = await app.event('ready', (event) => readies(events).indexOf(event) === wanted);
      return url ?? '';
    },
    async stop() {
      child.kill('SIGTERM');
      const code = await exited;
      await rm(home, { recursive: true, force: true });
      return code;
    },
  };
  return app;
}

function readies(events: readonly AppEvent[]): AppEvent[] {
  return events.filter(({ event }) => event === 'ready');
}

/** Runs the command line to its end: for what ends by itself. */
export async function runToEnd(
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnStart(args);
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, stdout, stderr };
}

/** As the README says to start it. */
export function spawnNpmStart(args: readonly string[]): ChildProcess {
  return spawn('npm', ['start', '--silent', '--', '--host', 'browser', ...args], {
    cwd: projectRoot,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export function spawnBrowserHost(args: readonly string[]): ChildProcess {
  return spawnStart(['--host', 'browser', ...args]);
}

/** In another place of this machine: `enter` is what a command begins with there (see `Namespace`). */
export function spawnBrowserHostIn(enter: readonly string[]): (args: readonly string[]) => ChildProcess {
  return (args) => spawnStart(['--host', 'browser', ...args], enter);
}

function spawnStart(args: readonly string[], enter: readonly string[] = []): ChildProcess {
  const start = [process.execPath, '--import', 'tsx', join(projectRoot, 'scripts/start.ts')];
  const [command = '', ...rest] = [...enter, ...start, ...args];
  return spawn(command, rest, {
    cwd: projectRoot,
    env: { ...process.env, INIT_CWD: projectRoot },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
