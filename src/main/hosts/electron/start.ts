import { join } from 'node:path';
import { app } from 'electron';
import packageJson from '../../../../package.json' with { type: 'json' };
import { type Plan, parseCommandLine, UsageError, usage } from '../../command-line.ts';
import { errorCode } from '../../files/error-code.ts';
import { makeFoldersSync } from '../../files/make-folders.ts';
import { usualDataDir } from '../../profile.ts';
import { ownArguments } from './arguments.ts';
import { showFailure } from './dialogs.ts';
import { disableFeatures } from './features.ts';
import type { Start } from './second-start.ts';

export function readStart(): Start {
  const defaultApp = process.defaultApp === true;
  return { ...ownArguments(process.argv, { defaultApp, installed: app.isPackaged }), cwd: process.cwd() };
}

/** The plan of this run; ends the process for `--help` and `--version`. @throws UsageError */
export function readPlan({ argv, cwd }: Start): Plan {
  const plan = parseCommandLine(argv, cwd);
  if (!plan.show) return plan;
  process.stdout.write(`${plan.show === 'help' ? usage : packageJson.version}\n`);
  process.exit(0);
}

/**
 * One sentence on standard error, and exit 2. Who started an installed app by a click has no standard error: they get a
 * box, which Linux shows from `ready` on only. https://www.electronjs.org/docs/latest/api/dialog#dialogshowerrorboxtitle-content
 */
export function refuseUsage(error: UsageError, { argv }: Start): void {
  process.stderr.write(`${error.message}\n`);
  if (!app.isPackaged || argv.includes('--json')) {
    process.exit(2);
    return;
  }
  void app.whenReady().then(() => {
    showFailure(error.message);
    app.exit(2);
  });
}

/**
 * Chromium's own files stand in a folder of their own beside ours; the single-instance lock belongs to it.
 * @throws UsageError when it cannot be made.
 */
export function useDataFolder(plan: Plan): void {
  const dataDir = plan.dataDir ?? usualDataDir();
  const userData = join(dataDir, 'electron');
  try {
    makeFoldersSync(userData, 0o700);
  } catch (error) {
    throw new UsageError(`The data folder "${dataDir}" cannot be made (${errorCode(error)})`);
  }
  app.setPath('userData', userData);
}

/** A terminal or script that is gone must not bring Electron's error dialog for each line it no longer reads. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Switches that count only before the app is ready. */
export function prepareChromium(): void {
  app.commandLine.appendSwitch('disable-features', disableFeatures(app.commandLine.getSwitchValue('disable-features')));
}
