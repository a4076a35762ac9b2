import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { afterReady } from './ready.ts';
import type { Menu, NativeImage as NativeImageSurface } from './surface.ts';

/** Trays and notifications on the screen, where tests click them. */
export const trays: Tray[] = [];
export const notifications: Notification[] = [];

/** https://www.electronjs.org/docs/latest/api/tray */
export class Tray extends EventEmitter {
  toolTip = '';
  menu: Menu | null = null;

  constructor(image: NativeImageSurface | string) {
    super();
    afterReady('Tray');
    if (image instanceof Picture && image.isEmpty()) throw new Error('Failed to load image');
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

  static handleActivation(): void {
    afterReady('Notification.handleActivation');
  }

  show(): void {
    notifications.push(this);
  }
}

/** Empty for what cannot be read. https://www.electronjs.org/docs/latest/api/native-image */
class Picture implements NativeImageSurface {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  isEmpty(): boolean {
    return !existsSync(this.#path);
  }

  addRepresentation(): void {}

  setTemplateImage(): void {}

  toDataURL(): string {
    return 'data:image/png;base64,';
  }
}

export const nativeImage = { createFromPath: (path: string): NativeImageSurface => new Picture(path) };
