import { EventEmitter } from 'node:events';
import { afterReady } from './ready.ts';
import type { Session } from './surface.ts';
import { windows } from './window.ts';

type Handler<Name extends 'setPermissionCheckHandler' | 'setPermissionRequestHandler'> = Parameters<Session[Name]>[0];

let check: Handler<'setPermissionCheckHandler'> = null;
let request: Handler<'setPermissionRequestHandler'> = null;

const defaultSession: Session = Object.assign(new EventEmitter(), {
  setPermissionCheckHandler(handler: typeof check) {
    check = handler;
  },
  setPermissionRequestHandler(handler: typeof request) {
    request = handler;
  },
  setDevicePermissionHandler: () => undefined,
});

/** https://www.electronjs.org/docs/latest/api/session */
export const session = {
  get defaultSession(): Session {
    afterReady('session.defaultSession');
    return defaultSession;
  },
};

/** What Chromium asks when it only looks whether a page may. Without a handler everything is granted. */
export function mayCheck(permission: string, origin: string): boolean {
  return check?.(null, permission, origin, { securityOrigin: origin }) ?? true;
}

/** What a page at `url` is told that asks for a permission: the check first, then the request. */
export async function askPermission(permission: string, url: string): Promise<{ check: boolean; request: boolean }> {
  const origin = `${url.split('/').slice(0, 3).join('/')}/`;
  const [contents] = windows.map((window) => window.webContents);
  const requested = new Promise<boolean>((done) => {
    if (request && contents) request(contents, permission, done, { requestingUrl: url });
    else done(true);
  });
  return { check: mayCheck(permission, origin), request: await requested };
}
