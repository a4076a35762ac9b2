import { join } from 'node:path';
import { app } from 'electron';
import packageJson from '../../../../package.json' with { type: 'json' };
import { type Plan, parseCommandLine, UsageError, usage } from '../../command-line.ts';
import { makeFoldersSync } from '../../files/make-folders.ts';
import { usualDataDir } from '../../profile.ts';
import { disableFeatures } from './features.ts';
import type { Start } from './second-start.ts';

/** The plan of this run; ends the process for `--help`, `--version` and what cannot be understood. */
export function readPlan({ argv, cwd }: Start): Plan {
  try {
    const plan = parseCommandLine(argv, cwd);
    if (!plan.show) return plan;
    process.stdout.write(`${plan.show === 'help' ? usage : packageJson.version}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    refuseUsage(error);
  }
}

/** One sentence on standard error, and exit 2. */
export function refuseUsage(error: UsageError): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}

/** Chromium's own files stand in a folder of their own beside ours; the single-instance lock belongs to it. */
export function useDataFolder(plan: Plan): void {
  const userData = join(plan.dataDir ?? usualDataDir(), 'electron');
  makeFoldersSync(userData, 0o700);
  app.setPath('userData', userData);
}

/** A terminal or script that is gone must not bring Electron's error dialog for each line it no longer reads. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Switches and names that count only before the app is ready. */
export function prepareChromium(): void {
  app.commandLine.appendSwitch('disable-features', disableFeatures(app.commandLine.getSwitchValue('disable-features')));
  // Windows shows notifications of a known application only; the same id stands in electron-builder.yml.
  app.setAppUserModelId('app.roomdrop.desktop');
}
