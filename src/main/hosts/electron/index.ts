import { join } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import packageJson from '../../../../package.json' with { type: 'json' };
import { reasonOf } from '../../../shared/reasons.ts';
import { reasonLine, text } from '../../../shared/text.ts';
import { type App, createApp } from '../../app.ts';
import { UsageError } from '../../command-line.ts';
import { createOutput } from '../../events.ts';
import { checkDownloads, takeProfile } from '../../profile.ts';
import { withStandardInput } from '../../standard-input.ts';
import { ownArguments } from './arguments.ts';
import { surviveCrashes } from './crash.ts';
import { showFailure } from './dialogs.ts';
import { createHandedPaths } from './handed-paths.ts';
import { createElectronHost } from './host.ts';
import { serveBridge } from './ipc.ts';
import { ownLifetime } from './lifetime.ts';
import { setMenu } from './menu.ts';
import { refuseNavigation } from './navigation.ts';
import { restrictPermissions } from './permissions.ts';
import { registerPageScheme, servePage } from './protocol.ts';
import { takeInstance } from './single-instance.ts';
import { outliveReaders, prepareChromium, readPlan, refuseUsage, useDataFolder } from './start.ts';
import { createWindow, openPage, showWindow } from './window.ts';

/** The build: main, preload and renderer side by side. This module is its entry, so its place is known. */
const out = join(import.meta.dirname, '..');

// Until `ready` everything is synchronous and in this order: each step counts only before a later one.
outliveReaders();
const start = { argv: ownArguments(process.argv, process.defaultApp === true), cwd: process.cwd() };
const plan = readPlan(start);
useDataFolder(plan);
prepareChromium();

const handed = createHandedPaths();
let window: BrowserWindow | null = null;
app.on('open-file', (event, path) => {
  event.preventDefault();
  handed.push([path]);
});

const isFirst = takeInstance(start, (paths) => {
  handed.push(paths);
  if (window) showWindow(window);
});
if (isFirst) {
  registerPageScheme();
  refuseNavigation();
  app.whenReady().then(run).catch(fail);
} else if (plan.exitWhenDone) {
  refuseUsage(new UsageError(text.desktop.alreadyOpenExitWhenDone));
} else {
  process.stderr.write(`${text.desktop.alreadyOpen}\n`);
  app.exit(0);
}

async function run(): Promise<void> {
  const output = createOutput(plan.json);
  restrictPermissions(session.defaultSession);
  servePage(join(out, 'renderer'));
  setMenu();
  const opened = createWindow(out);
  window = opened;
  const host = createElectronHost(opened);
  await checkDownloads(plan.downloads);
  const { dataDir, lock } = await takeProfile(plan.dataDir);
  const application: App = await createApp({
    host,
    plan: await withStandardInput(plan, process.stdin),
    dataDir,
    defaultDownloads: app.getPath('downloads'),
    version: packageJson.version,
    output,
  });
  surviveCrashes(opened, serveBridge(opened.webContents, application.connect));
  ownLifetime({
    window: opened,
    application,
    attended: !plan.json,
    notify: host.notify,
    endings: [() => application.close(), () => lock.release()],
  });
  handed.open((paths) => {
    application.receivePaths(paths).catch((error: unknown) => {
      output.emit({ event: 'error', message: reasonLine(reasonOf(error)) });
    });
  });
  await openPage(opened);
  output.emit({ event: 'ready', url: null, ...(application.broker !== null && { broker: application.broker }) });
}

function fail(error: unknown): void {
  if (error instanceof UsageError) refuseUsage(error);
  const sentence = reasonLine(reasonOf(error));
  process.stderr.write(`${sentence}\n`);
  if (!plan.json) showFailure(sentence);
  app.exit(1);
}
