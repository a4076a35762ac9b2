import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { forceFont } from './forced-font.ts';
import { openPageQuestions, type PageQuestions } from './page-questions.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Debian's, without the windows, tabs and toolbars that a full Chromium prepares for each page, seen or not. */
const headlessShell = 'chromium-headless-shell';

function inPath(wanted: readonly string[]): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => wanted.map((name) => join(folder, name)));
}

function onThisMachine(): string | null {
  return process.env.CHROME_PATH || ([...inPath(names), ...usualPlaces].find((path) => existsSync(path)) ?? null);
}

function playwrights(): string | null {
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

function isDebianRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Chrome or Chromium of the machine, else Playwright's, else Debian's package (as root) or Playwright's download. Throws when none can be had. */
export function ensureChromium(): string {
  const found = onThisMachine() ?? playwrights();
  if (found) return found;
  if (isDebianRoot()) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
    execFileSync('apt-get', install, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  } else {
    const cli = join(import.meta.dirname, '../../node_modules/playwright-core/cli.js');
    execFileSync(process.execPath, [cli, 'install', 'chromium-headless-shell'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const installed = onThisMachine() ?? playwrights();
  if (!installed) throw new Error('The tests need Chrome or Chromium; install one or set CHROME_PATH.');
  return installed;
}

export const chromiumFlags: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Chromium's sandbox does not run as root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** The headless shell where there is one: it opens a page in half the time. */
export function headlessChromium(): string {
  const full = ensureChromium();
  const shell = process.env.CHROME_PATH ? undefined : inPath([headlessShell]).find((path) => existsSync(path));
  return shell ?? full;
}

/**
 * A browser process of its own: each person of a test has one, as in life.
 * @param program what runs a command in another place of this machine (see `Namespace`)
 */
export async function launchChromium(program = (command: string): string => command): Promise<Browser> {
  return chromium.launch({ executablePath: program(headlessChromium()), args: [...chromiumFlags] });
}

/** A browser that nobody watches. */
export interface PlainChromium {
  readonly pid: number;
  /** How long the page takes to answer, in milliseconds. */
  answer(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens an address in a browser without a debugger, for measuring: Playwright has every WebSocket frame reported to it, in
 * base64, and that costs as much as the transfer itself.
 * @param enter what a command begins with in another place of this machine (see `Namespace`); `answer` cannot be asked there
 */
export async function openPlainChromium(url: string, enter: readonly string[] = []): Promise<PlainChromium> {
  const profile = await mkdtemp(join(tmpdir(), 'roomdrop-chromium-'));
  const [command = '', ...before] = [...enter, ensureChromium()];
  const child = spawn(
    command,
    [
      ...before,
      '--headless=new',
      ...chromiumFlags,
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      // Nobody can grant this page a permission, so its addresses are shown in another way.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      url,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((done) => child.once('close', done));
  let questions: PageQuestions | null = null;
  return {
    pid: child.pid ?? -1,
    async answer() {
      questions ??= await openPageQuestions(profile);
      return questions.ask();
    },
    async close() {
      questions?.close();
      child.kill('SIGTERM');
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/**
 * Opens an address as a person would who has let the browser see the local network.
 * @param before runs in the page before anything of it does
 */
export async function openPage(browser: Browser, url: string, before?: () => void): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
  if (before) await context.addInitScript(before);
  await forceFont(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
