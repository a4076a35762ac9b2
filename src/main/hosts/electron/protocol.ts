import { protocol } from 'electron';
import { pageScheme } from './origin.ts';
import { createPageServer } from './page-server.ts';

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** @param folder absolute, the built page. */
export function servePage(folder: string): void {
  protocol.handle(pageScheme, createPageServer(folder));
}
