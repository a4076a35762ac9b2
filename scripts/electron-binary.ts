import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * Electron's program: where it is, how to get it, and whether this system lets it run. Its npm package holds none, and
 * requiring that package outside Electron would start the download by itself, so only its folder is looked at.
 */
const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** Why not, as the rest of a sentence that begins "Electron cannot be used:". */
export interface Refusal {
  readonly reason: string;
}

/** Absolute path of the program, or null when it has not been downloaded. */
export function findElectron(packageDir: string = electronPackage): string | null {
  // Written last by the package's installer, so it stands for a whole download.
  const pathFile = join(packageDir, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageDir, 'dist');
  const path = join(dist, readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : null;
}

/** Runs the package's own installer, quietly, for at most `timeoutMs` and until `asked` aborts. */
export async function downloadElectron(options: {
  timeoutMs: number;
  asked?: AbortSignal;
  packageDir?: string;
}): Promise<{ path: string } | Refusal> {
  const packageDir = options.packageDir ?? electronPackage;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.asked ? AbortSignal.any([timeout, options.asked]) : timeout;
  const child = spawn(process.execPath, [join(packageDir, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const complaint = collect(child.stderr);
  const code = await new Promise<number | null>((done) => {
    child.once('error', () => done(null));
    child.once('close', done);
  });
  if (timeout.aborted) {
    return { reason: `its program could not be downloaded within ${Math.round(options.timeoutMs / 1000)} seconds.` };
  }
  const path = code === 0 ? findElectron(packageDir) : null;
  return path ? { path } : { reason: `its program could not be downloaded (${causeOf(complaint())}).` };
}

const complaintBytes = 64 * 1024;

function collect(stream: Readable): () => string {
  let collected = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (collected.length < complaintBytes) collected += chunk;
  });
  return () => collected;
}

/** The one line of an installer's stack trace that says what happened. */
export function causeOf(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.trim());
  const message = lines.map((line) => /^(?:\w*Error(?: \[\w+\])?): (.+)$/.exec(line)?.[1]).find(Boolean);
  const code = /\b(E[A-Z]{4,}|UND_ERR_[A-Z_]+|CERT_[A-Z_]+)\b/.exec(complaint)?.[1];
  const cause = message ?? code ?? 'its installer says nothing';
  const whole = code && !cause.includes(code) ? `${cause}, ${code}` : cause;
  return whole.slice(0, 160).replace(/[.\s]+$/, '');
}

/** What decides whether Electron can open a window here in its sandbox. */
export interface SystemFacts {
  platform: NodeJS.Platform;
  env: { DISPLAY?: string | undefined; WAYLAND_DISPLAY?: string | undefined };
  /** Null on Windows. */
  uid: number | null;
  /** Contents of a setting below /proc/sys, or null. */
  setting(name: string): Promise<string | null>;
  /** Electron's setuid helper is in place, which needs no user namespaces. */
  sandboxHelper(): Promise<boolean>;
}

/** Whether a start has a chance; never answers by switching the sandbox off. */
export async function canRunElectron(facts: SystemFacts = thisSystem): Promise<{ able: true } | Refusal> {
  if (facts.platform !== 'linux') return { able: true };
  if (!facts.env.DISPLAY && !facts.env.WAYLAND_DISPLAY) {
    return { reason: 'there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set).' };
  }
  if (facts.uid === 0) return { reason: 'its sandbox does not work for root.' };
  if (!(await facts.sandboxHelper()) && (await namespacesForbidden(facts))) {
    return { reason: 'this system forbids the user namespaces that its sandbox needs.' };
  }
  return { able: true };
}

/** Debian's old switch, the general limit, and AppArmor's restriction in newer Ubuntus. */
const forbidding: readonly (readonly [setting: string, value: string])[] = [
  ['kernel/unprivileged_userns_clone', '0'],
  ['user/max_user_namespaces', '0'],
  ['kernel/apparmor_restrict_unprivileged_userns', '1'],
];

async function namespacesForbidden({ setting }: SystemFacts): Promise<boolean> {
  for (const [name, value] of forbidding) {
    if ((await setting(name))?.trim() === value) return true;
  }
  return false;
}

const setuidBit = 0o4000;

const thisSystem: SystemFacts = {
  platform: process.platform,
  env: { DISPLAY: process.env.DISPLAY, WAYLAND_DISPLAY: process.env.WAYLAND_DISPLAY },
  uid: process.getuid?.() ?? null,
  setting: (name) => readFile(join('/proc/sys', name), 'utf8').catch(() => null),
  async sandboxHelper() {
    const helper = await stat(join(electronPackage, 'dist/chrome-sandbox')).catch(() => null);
    return helper !== null && helper.uid === 0 && (helper.mode & setuidBit) !== 0;
  },
};
