import { fileURLToPath } from 'node:url';
import { isOwnSwitch } from '../../command-line.ts';
import { isRoomLink } from './room-link.ts';

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

export interface OwnArguments {
  /** For `parseCommandLine`. */
  readonly argv: string[];
  /** Links to rooms, unread. */
  readonly links: string[];
}

/**
 * The arguments that are ours.
 * @param argv the process's, its program first.
 * @param defaultApp a development run, where the app's own path comes next.
 * @param installed nobody typed them: the system, a packager or Chromium itself adds switches of its own, and those that
 *   we do not know are theirs. A script (`--json`) is told of its mistakes all the same.
 */
export function ownArguments(
  argv: readonly string[],
  { defaultApp, installed }: { defaultApp: boolean; installed: boolean },
): OwnArguments {
  const given = argv.slice(defaultApp ? 2 : 1).filter((argument) => !isForeign(argument));
  const lenient = installed && !given.includes('--json');
  const own = lenient ? given.filter((argument) => !argument.startsWith('-') || isOwnSwitch(argument)) : given;
  return {
    argv: own.filter((argument) => !isRoomLink(argument)).map(toPath),
    links: own.filter(isRoomLink),
  };
}

function isForeign(argument: string): boolean {
  // Older versions of macOS give a program they open a process serial number; Windows' COM starts it for a toast.
  if (argument.startsWith('-psn_') || argument === '-Embedding') return true;
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
