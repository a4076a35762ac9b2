import { join } from 'node:path';
import { app, session } from 'electron';
import packageJson from '../../../../package.json' with { type: 'json' };
import { reasonOf } from '../../../shared/reasons.ts';
import { reasonLine, text } from '../../../shared/text.ts';
import { type App, createApp } from '../../app.ts';
import { type Plan, UsageError } from '../../command-line.ts';
import { createOutput } from '../../events.ts';
import { letHeapGrow } from '../../heap.ts';
import { checkDownloads, takeProfile } from '../../profile.ts';
import { withStandardInput } from '../../standard-input.ts';
import { createWindow, openPage, showWindow } from './app-window.ts';
import { offerContextMenu } from './context-menu.ts';
import { surviveCrashes } from './crash.ts';
import { confirmRoom, createCrashQuestions, showFailure } from './dialogs.ts';
import { createElectronHost } from './electron-host.ts';
import { tellOfFirewall } from './firewall.ts';
import { createHandOver } from './handed.ts';
import { createHandingOver } from './handing-over.ts';
import { serveBridge } from './ipc.ts';
import { ownLifetime } from './lifetime.ts';
import { claimLinks } from './links.ts';
import { createLog, createLoggedOutput } from './log.ts';
import { setMenu } from './menu.ts';
import { refuseNavigation } from './navigation.ts';
import { registerNotifications } from './notifications.ts';
import { restrictPermissions } from './permissions.ts';
import { logPower } from './power.ts';
import { registerPageScheme, servePage } from './protocol.ts';
import { takeInstance } from './single-instance.ts';
import { outliveReaders, prepareChromium, readPlan, readStart, refuseUsage, useDataFolder } from './start.ts';

/** The build: main, preload and renderer side by side. This module is its entry, so its place is known. */
const out = join(import.meta.dirname, '..');

// Until `ready` everything is synchronous and in this order: each step counts only before a later one.
outliveReaders();
const start = readStart();
const handed = createHandOver();
try {
  begin(readPlan(start));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  refuseUsage(error, start);
}

function begin(plan: Plan): void {
  useDataFolder(plan);
  prepareChromium();
  registerNotifications();
  app.on('open-file', (event, path) => {
    event.preventDefault();
    handed.push({ paths: [path] });
  });
  claimLinks((link) => handed.push({ links: [link] }));
  if (takeInstance(start, (told) => handed.push(told))) {
    registerPageScheme();
    refuseNavigation();
    app
      .whenReady()
      .then(() => run(plan))
      .catch((error: unknown) => fail(plan, error));
  } else if (plan.exitWhenDone) {
    throw new UsageError(text.desktop.alreadyOpenExitWhenDone);
  } else {
    process.stderr.write(`${text.desktop.alreadyOpen}\n`);
    app.exit(0);
  }
}

async function run(plan: Plan): Promise<void> {
  const attended = !plan.json;
  await checkDownloads(plan.downloads);
  const { dataDir, lock } = await takeProfile(plan.dataDir);
  const logPath = join(dataDir, 'logs', 'roomdrop.log');
  const log = createLog(logPath, () => new Date());
  log.line(
    `started ${packageJson.version} on ${process.platform} ${process.arch}, Electron ${process.versions.electron}`,
  );
  const output = createLoggedOutput(createOutput(plan.json), log);
  restrictPermissions(session.defaultSession);
  servePage(join(out, 'renderer'));
  setMenu(logPath);
  const window = createWindow(out);
  offerContextMenu(window);
  const host = createElectronHost(window);
  // What a person hands over waits in sight for a room; a script gets its room at once.
  if (attended) handed.push({ paths: plan.paths, links: start.links });
  letHeapGrow();
  const application: App = await createApp({
    host,
    plan: await withStandardInput(attended ? { ...plan, paths: [] } : plan, process.stdin),
    dataDir,
    defaultDownloads: app.getPath('downloads'),
    version: packageJson.version,
    output,
    log: log.line,
  });
  const page = serveBridge(window.webContents, application.connect);
  const quitting = ownLifetime({
    window,
    application,
    attended,
    notify: host.notify,
    endings: [() => application.close(), () => lock.release(), async () => log.line('ended')],
  });
  surviveCrashes(window, page, {
    questions: attended ? createCrashQuestions(window) : null,
    quit: () => void quitting.request({ ask: false, exitCode: attended ? 0 : 1 }),
    log: log.line,
  });
  logPower(log.line);
  tellOfFirewall(application, dataDir);
  const receive = createHandingOver({
    application,
    show: () => showWindow(window),
    confirm: (question) => confirmRoom(window, question),
    notice: application.notice,
  });
  await openPage(window);
  handed.open((each) => void receive(each));
  output.emit({ event: 'ready', url: null, ...(application.broker !== null && { broker: application.broker }) });
}

function fail(plan: Plan, error: unknown): void {
  if (error instanceof UsageError) {
    refuseUsage(error, start);
    return;
  }
  const sentence = reasonLine(reasonOf(error));
  process.stderr.write(`${sentence}\n`);
  if (!plan.json) showFailure(sentence);
  app.exit(1);
}
