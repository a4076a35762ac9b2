import type * as surface from './surface.ts';

/**
 * Compiles only while Electron has everything that `surface.ts` says, in a form that code written against the surface can
 * use. What runs behind the surface is held against it in `electron.ts`.
 */
export type Conforms<Own> = [typeof import('electron')] extends [Own] ? true : false;

/** A picture goes into `Tray` as it came from `nativeImage`; what is made of it is compared. */
export const conforms: Conforms<Omit<typeof surface, 'Tray'>> = true;
export const trayConforms: [import('electron').Tray] extends [surface.Tray] ? true : false = true;
