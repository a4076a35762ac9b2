import type * as surface from './surface.ts';

/**
 * Compiles only while Electron has everything that `surface.ts` says, in a form that code written against the surface can
 * use. What runs behind the surface is held against it in `electron.ts`.
 */
export type Conforms<Own> = [typeof import('electron')] extends [Own] ? true : false;

export const conforms: Conforms<typeof surface> = true;
