import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import open from 'open';
import packageJson from '../../../../package.json' with { type: 'json' };
import { type App, createApp } from '../../app.ts';
import { type Plan, parseCommandLine, UsageError, usage } from '../../command-line.ts';
import { cutShortExitCode, untilAborted } from '../../end-signals.ts';
import { endInOrder } from '../../ending.ts';
import { createOutput, type EventOutput } from '../../events.ts';
import { nodeFs } from '../../files/user-fs.ts';
import { letHeapGrow } from '../../heap.ts';
import type { Host } from '../../host.ts';
import { checkDownloads, takeProfile } from '../../profile.ts';
import { isBehindOnTerminal, onEachLine, withStandardInput } from '../../standard-input.ts';
import { openPage } from './open-page.ts';
import { type BrowserServer, startServer } from './server.ts';

export interface BrowserHostOptions {
  argv: readonly string[];
  /** What relative paths on the command line are relative to. */
  cwd: string;
  /** Aborts when the app is to end, also while it is still starting. */
  asked: AbortSignal;
}

/** Runs the app for a tab of a browser on this computer until it is asked to end. Resolves with the exit code. */
export async function runBrowserHost(options: BrowserHostOptions): Promise<number> {
  try {
    const given = parseCommandLine(options.argv, options.cwd);
    const plan = await Promise.race([withStandardInput(given, process.stdin), untilAborted(options.asked)]);
    if (!plan) return 0;
    if (plan.show) {
      process.stdout.write(`${plan.show === 'help' ? usage : packageJson.version}\n`);
      return 0;
    }
    return await run(plan, options.asked);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function run(plan: Plan, asked: AbortSignal): Promise<number> {
  const output = createOutput(plan.json);
  await checkDownloads(plan.downloads);
  const profile = await takeProfile(plan.dataDir);
  let app: App | null = null;
  let server: BrowserServer | null = null;
  const over = new AbortController();
  let opening = Promise.resolve();
  let stopListening = (): void => undefined;
  let exitCode = 0;
  let inTime = true;
  try {
    letHeapGrow();
    const running = await createApp({
      host: browserHost,
      plan,
      dataDir: profile.dataDir,
      defaultDownloads: join(homedir(), 'Downloads'),
      version: packageJson.version,
      output,
    });
    app = running;
    const listening = await listen(plan, running);
    server = listening;
    announce(output, listening, running);
    if (!isBehindOnTerminal(process.stdin)) {
      stopListening = onEachLine(process.stdin, () => announce(output, listening, running));
    }
    if (hasScreen && !plan.json) {
      // The address was printed too, for a browser that could not be had or may not read this file.
      opening = openPage(listening.address(), profile.dataDir, over.signal).catch(() => undefined);
    }
    exitCode = await Promise.race([untilAborted(asked).then(() => 0), running.done]);
  } finally {
    stopListening();
    over.abort();
    inTime = await endInOrder([() => app?.close(), () => server?.close(), () => opening, () => profile.lock.release()]);
  }
  return inTime ? exitCode : cutShortExitCode;
}

async function listen(plan: Plan, app: App): Promise<BrowserServer> {
  const pageDir = fileURLToPath(new URL('../renderer/', import.meta.url));
  try {
    return await startServer({ pageDir, port: plan.port, connect: app.connect });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || plan.port === 0) throw error;
    throw new UsageError(`--port ${plan.port} cannot be used on this computer (${String(error.code)})`);
  }
}

/** With an address of its own each time: one lets in one page, once. */
function announce(output: EventOutput, server: BrowserServer, app: App): void {
  output.emit({ event: 'ready', url: server.address().url, ...(app.broker !== null && { broker: app.broker }) });
}

/** Whether a browser could be shown here at all. */
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

const browserHost: Host = {
  kind: 'browser',
  dialogs: false,
  showInFolder: hasScreen,
  // A browser has its own permission, and says so itself.
  localNetworkGate: false,
  fs: nodeFs,
  pickPaths: async () => [],
  pickFolder: async () => null,
  revealPath(path) {
    // The system's file manager opens the folder; selecting the file in it is not to be had in a portable way.
    open(join(path, '..')).catch(() => undefined);
  },
  // The tab shows what there is to say.
  notify: () => undefined,
  setActivity: () => undefined,
};
