import { fileURLToPath } from 'node:url';

/** Switches meant for Chromium or Node, with or without a value; packagers and people add them to the same line. */
const chromiumSwitches = new Set([
  'no-sandbox',
  'disable-setuid-sandbox',
  'disable-gpu',
  'disable-dev-shm-usage',
  'disable-features',
  'enable-features',
  'enable-logging',
  'force-device-scale-factor',
  'gtk-version',
  'inspect',
  'inspect-brk',
  'lang',
  'log-level',
  'ozone-platform',
  'ozone-platform-hint',
  'proxy-server',
  'remote-debugging-port',
  'user-data-dir',
]);

/**
 * The arguments that are ours.
 * @param argv the process's, its program first.
 * @param defaultApp a development run, where the app's own path comes next.
 */
export function ownArguments(argv: readonly string[], defaultApp: boolean): string[] {
  return argv
    .slice(defaultApp ? 2 : 1)
    .filter((argument) => !isForeign(argument))
    .map(toPath);
}

function isForeign(argument: string): boolean {
  // Older versions of macOS give a program they open a process serial number.
  if (argument.startsWith('-psn_')) return true;
  const name = /^--([^=]+)/.exec(argument)?.[1];
  return name !== undefined && chromiumSwitches.has(name);
}

/** Some desktops hand over files as URLs. */
function toPath(argument: string): string {
  if (!argument.startsWith('file://')) return argument;
  try {
    return fileURLToPath(argument);
  } catch {
    // Another host's file, or no URL at all: left to be named as missing.
    return argument;
  }
}
