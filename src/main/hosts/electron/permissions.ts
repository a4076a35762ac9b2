import { permits } from './permission-rules.ts';

/** What is used of Electron's `Session`. */
export interface PermissionTarget {
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, origin: string, details: { securityOrigin?: string }) => boolean,
  ): void;
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
      details: { requestingUrl: string },
    ) => void,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: 'will-download', listener: (event: { preventDefault(): void }) => void): unknown;
}

/** Every permission of every page goes through `permits`; devices and downloads are refused whole. */
export function restrictPermissions(target: PermissionTarget): void {
  target.setPermissionCheckHandler((_contents, permission, origin, details) =>
    permits('check', permission, origin || (details.securityOrigin ?? '')),
  );
  target.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(permits('request', permission, details.requestingUrl)),
  );
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event) => event.preventDefault());
}
