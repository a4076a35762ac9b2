import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A computer or router that is made up: a network namespace with devices, addresses and rules of its own. */
export interface Namespace {
  readonly name: string;
  /** What a command begins with, to run in here. */
  readonly enter: readonly string[];
  /** `ip` with these words, on this namespace. */
  ip(words: string): void;
  /** Runs a command in here to its end; what it prints. Throws with what it complains of. */
  run(command: string, ...args: string[]): string;
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** A program's file that runs another one in here: for whoever takes a path only, such as Playwright. */
  program(command: string): string;
}

/** Network namespaces that belong together, and all that runs in them. */
export interface Laboratory {
  namespace(role: string): Namespace;
  /** A wire between two of them, both its devices up and nothing else. */
  join(a: Device, b: Device): void;
  /** Ends what runs in the namespaces, and takes them away. */
  close(): Promise<void>;
}

export interface Device {
  readonly at: Namespace;
  readonly device: string;
}

/** Why there can be no laboratory here, in one sentence; null where there can. */
export function whyNoLaboratory(): string | null {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  if (process.getuid?.() !== 0) return 'only root makes network namespaces';
  if (!isCommand('ip')) return 'there is no ip command (Debian: iproute2)';
  const name = `${prefix}${process.pid}-try`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return null;
  } catch {
    return 'this system lets nobody make network namespaces';
  }
}

export function isCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

const prefix = 'roomdrop-';
let made = 0;

/** What an earlier process left behind, because it was killed, goes first. */
export function openLaboratory(): Laboratory {
  for (const name of namesOf((pid) => !isRunning(pid))) takeAway(name);
  const number = made++;
  const folder = mkdtempSync(join(tmpdir(), 'roomdrop-laboratory-'));
  const namespaces: Namespace[] = [];
  const running = new Set<ChildProcess>();

  function takeAllAway(): void {
    for (const { name } of namespaces.splice(0).reverse()) takeAway(name);
    rmSync(folder, { recursive: true, force: true });
  }
  process.once('exit', takeAllAway);

  return {
    namespace(role) {
      const name = `${prefix}${process.pid}-${number}-${role}`;
      const enter = ['ip', 'netns', 'exec', name];
      ip('netns', 'add', name);
      const namespace: Namespace = {
        name,
        enter,
        ip: (words) => void ip('-n', name, ...words.split(' ')),
        run: (...command) => runCommand(...enter, ...command),
        spawn(command, args, options = {}) {
          const child = spawn('ip', [...enter.slice(1), command, ...args], options);
          running.add(child);
          child.once('close', () => running.delete(child));
          return child;
        },
        program(command) {
          const file = join(folder, `${role}-${namesafe(command)}`);
          writeFileSync(file, `#!/bin/sh\nexec ${enter.join(' ')} '${command}' "$@"\n`, { mode: 0o755 });
          return file;
        },
      };
      namespaces.push(namespace);
      namespace.ip('link set lo up');
      return namespace;
    },
    join(a, b) {
      a.at.ip(`link add ${a.device} type veth peer name ${b.device} netns ${b.at.name}`);
      for (const { at, device } of [a, b]) {
        // Packets stay packets: what is handed over in larger pieces would be lost in larger pieces.
        at.ip(`link set ${device} gso_max_segs 1`);
        at.ip(`link set ${device} up`);
      }
    },
    async close() {
      const ends = [...running].map((child) => new Promise((done) => child.once('close', done)));
      for (const child of running) child.kill('SIGTERM');
      await Promise.race([Promise.all(ends), new Promise((done) => setTimeout(done, endWithinMs).unref())]);
      takeAllAway();
      process.off('exit', takeAllAway);
    },
  };
}

/** What was told to end and has not by then is ended. */
const endWithinMs = 5000;

function takeAway(name: string): void {
  for (const pid of ip('netns', 'pids', name).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  ip('netns', 'del', name);
}

/** Namespaces of laboratories, by the process that made them. */
function namesOf(fits: (pid: number) => boolean): string[] {
  const names = ip('netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  return names.filter((name) => name.startsWith(prefix) && fits(Number.parseInt(name.slice(prefix.length), 10)));
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

function ip(...args: string[]): string {
  return runCommand('ip', ...args);
}

function runCommand(...[command = '', ...args]: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function namesafe(command: string): string {
  return command.replaceAll(/\W+/g, '-');
}
