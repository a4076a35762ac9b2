/** Starts the built app in this Node process as Electron would start it. */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { showArchivesAsFolders } from './archives.ts';
import { config } from './config.ts';
import { obeyTest } from './control.ts';

register('./hooks.mjs', import.meta.url);
showArchivesAsFolders();

const program = process.execPath;
// A checkout's app has its own path before its arguments. https://www.electronjs.org/docs/latest/api/process
process.argv = config.packaged ? [program, ...config.args] : [program, '.', ...config.args];
if (!config.packaged) Object.defineProperty(process, 'defaultApp', { value: true });

// One instance for the app, which the hooks lead here, and for the tests.
const { start, ...electron } = await import('./electron.ts');
obeyTest(electron);
await import(pathToFileURL(config.main).href);
start();
