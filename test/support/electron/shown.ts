import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { afterReady } from './ready.ts';
import type { Menu, NativeImage } from './surface.ts';

/** Trays and notifications on the screen, where tests click them. */
export const trays: Tray[] = [];
export const notifications: Notification[] = [];

/** https://www.electronjs.org/docs/latest/api/tray */
export class Tray extends EventEmitter {
  toolTip = '';
  menu: Menu | null = null;

  constructor(image: NativeImage | string) {
    super();
    afterReady('Tray');
    if (typeof image !== 'string' && image.isEmpty()) throw new Error('Failed to load image');
    trays.push(this);
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  setContextMenu(menu: Menu | null): void {
    this.menu = menu;
  }
}

/** https://www.electronjs.org/docs/latest/api/notification */
export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;

  constructor(options: { title?: string; body?: string } = {}) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    notifications.push(this);
  }
}

/** Empty for what cannot be read. https://www.electronjs.org/docs/latest/api/native-image */
export const nativeImage = {
  createFromPath: (path: string): NativeImage => image(!existsSync(path)),
};

function image(empty: boolean): NativeImage {
  return { isEmpty: () => empty, resize: () => image(empty) };
}
