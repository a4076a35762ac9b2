import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseCommandLine, UsageError, usage } from '../src/main/command-line.ts';
import { cutShortExitCode, endAtOnce, listenForEnd } from '../src/main/end-signals.ts';
import { buildIfStale, isAbort, projectRoot } from './build-if-stale.ts';
import { canRunElectron, downloadElectron, findElectron } from './electron-binary.ts';

/**
 * Runs the app: in Electron where it can, else served to a browser on this computer, saying why in one sentence.
 * Standard output belongs to `--json`; everything else goes to standard error.
 */
const argv = process.argv.slice(2);
// npm runs scripts in the project's folder and tells here where the person was.
const cwd = process.env.INIT_CWD ?? process.cwd();
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const downloadTimeoutMs = 120_000;
/** An end with an error before this is no app that ran, but a system that does not let it run. */
const earlyExitMs = 10_000;

let electron: ChildProcess | null = null;
/** Aborts at the first signal; a later second one ends everything at once. */
const asked = listenForEnd(process, () => {
  electron?.kill('SIGKILL');
  endAtOnce();
});

const exitCode = await start();
if (exitCode === cutShortExitCode) endAtOnce();
else process.exit(exitCode);

async function start(): Promise<number> {
  try {
    const plan = parseCommandLine(argv, cwd);
    if (plan.show === 'help') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    await buildIfStale(say, asked);
    if (plan.host === 'browser' || plan.show) return await runBrowser();
    const ended = await runElectron();
    if (asked.aborted && 'reason' in ended) return 0;
    if ('code' in ended) return ended.code;
    say(`Electron cannot be used: ${ended.reason}`);
    if (plan.host === 'electron') return 1;
    return await runBrowser();
  } catch (error) {
    if (isAbort(error)) return 0;
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    return 2;
  }
}

async function runBrowser(): Promise<number> {
  const built = pathToFileURL(join(projectRoot, 'out/main/browser.js')).href;
  const { runBrowserHost }: typeof import('../src/main/hosts/browser/index.ts') = await import(built);
  return runBrowserHost({ argv, cwd, asked });
}

/** Its exit code, or why it could not run at all. */
async function runElectron(): Promise<{ code: number } | { reason: string }> {
  const able = await canRunElectron();
  if ('reason' in able) return able;
  let path = findElectron();
  if (!path) {
    say('Downloading Electron…');
    const downloaded = await downloadElectron({ timeoutMs: downloadTimeoutMs, asked });
    if ('reason' in downloaded) return downloaded;
    path = downloaded.path;
  }
  const startedMs = Date.now();
  const child = spawn(path, [projectRoot, ...argv], { cwd, stdio: 'inherit' });
  electron = child;
  asked.addEventListener('abort', () => child.kill('SIGTERM'));
  if (asked.aborted) child.kill('SIGTERM');
  return new Promise((done) => {
    child.once('error', (error) => done({ reason: `it could not be started (${error.message}).` }));
    child.once('close', (code) => {
      const early = !asked.aborted && Date.now() - startedMs < earlyExitMs;
      if (early && code !== 0 && code !== 2) done({ reason: 'it ended at once with an error.' });
      else done({ code: code ?? (asked.aborted ? 0 : 1) });
    });
  });
}
