import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const projectRoot = join(import.meta.dirname, '../..');

/** `npm run demo` as a terminal runs it: npm and all that it starts in one group of processes. */
export interface DemoProcess {
  /** Temporary folder of its own. */
  readonly temporary: string;
  readonly exited: Promise<number | null>;
  /** npm's own process. */
  readonly pid: number;
  /** Resolves once standard error has this; rejects when the demo ends first. */
  says(text: string): Promise<void>;
  /** Ctrl+C: the terminal tells the whole group, npm tells its script once more, at once or a moment later. */
  interrupt(): Promise<void>;
  /** Signals the process of one of the two people. */
  signal(who: string, signal: NodeJS.Signals): Promise<void>;
  /** Folders and processes of the demo that are still there. */
  leftovers(): Promise<string[]>;
  /** Whatever became of it. */
  dispose(): Promise<void>;
}

export async function startDemo(): Promise<DemoProcess> {
  // A socket's path may be about 100 bytes long.
  const temporary = await mkdtemp(join(tmpdir(), 'demo-'));
  const child = spawn('npm', ['run', 'demo', '--silent', '--', '--host', 'browser'], {
    cwd: projectRoot,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  return watch(child, temporary);
}

function watch(child: ChildProcess, temporary: string): DemoProcess {
  const pid = child.pid ?? -1;
  let said = '';
  let over = false;
  const checks = new Set<() => void>();
  const check = (): void => {
    for (const each of [...checks]) each();
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    check();
  });
  const exited = new Promise<number | null>((done) =>
    child.once('exit', (code) => {
      over = true;
      check();
      done(code);
    }),
  );
  return {
    temporary,
    exited,
    pid,
    says: (text) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (!said.includes(text) && !over) return;
          checks.delete(look);
          if (said.includes(text)) done();
          else fail(new Error(`the demo ended before "${text}": ${said}`));
        };
        checks.add(look);
        look();
      }),
    async interrupt() {
      const script = (await processesOf(temporary)).find(({ line }) => line.includes('scripts/demo.ts'));
      process.kill(-pid, 'SIGINT');
      await delay(20);
      // It may have ended by the first one, and npm not yet.
      if (script && !over && existsSync(`/proc/${script.pid}`)) process.kill(script.pid, 'SIGINT');
    },
    async signal(who, signal) {
      for (const each of await processesOf(temporary)) {
        if (each.line.includes(`/${who}/Settings`)) process.kill(each.pid, signal);
      }
    },
    async leftovers() {
      const folders = (await readdir(temporary)).filter((name) => name.startsWith('roomdrop-demo-'));
      const running = await processesOf(temporary);
      return [...folders, ...running.map(({ line }) => line)];
    },
    async dispose() {
      for (const each of await processesOf(temporary)) process.kill(each.pid, 'SIGKILL');
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Processes that were given this temporary folder. */
async function processesOf(temporary: string): Promise<{ pid: number; line: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // It may end while it is looked at.
      const [environment, line] = await Promise.all(
        ['environ', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      const its = environment?.split('\0').includes(`TMPDIR=${temporary}`);
      return its && line ? [{ pid, line: line.replaceAll('\0', ' ') }] : [];
    }),
  );
  return found.flat();
}
