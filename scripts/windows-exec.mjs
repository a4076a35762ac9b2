// `exec` in a script of package.json makes npm's signals reach the app instead of a shell in between, which would die of
// them and leave the app alone. Windows has no `exec`, so there a command of that name simply runs what follows it.
import { writeFileSync } from 'node:fs';

if (process.platform === 'win32') writeFileSync('node_modules/.bin/exec.cmd', '@%*\r\n');
