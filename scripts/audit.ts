import { spawnSync } from 'node:child_process';
import { readAudit } from './audit-report.ts';

/**
 * Asks the registry for known holes in the dependencies: `npm run audit`. Exit code 1 if one is high or critical. A registry
 * that does not answer is said, and is no failure: nothing is known then.
 */
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { stdout } = spawnSync(npm, ['audit', '--json'], {
  encoding: 'utf8',
  timeout: 60_000,
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
  shell: process.platform === 'win32',
});
const { lines, grave } = readAudit(stdout);
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = grave ? 1 : 0;
