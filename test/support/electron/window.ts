import { EventEmitter } from 'node:events';
import { Contents } from './contents.ts';
import { afterReady } from './ready.ts';
import { chromium } from './running.ts';
import type { BrowserWindow, BrowserWindowConstructorOptions } from './surface.ts';

/** Open windows, in the order they were made. */
export const windows: Window[] = [];

/** Told of each new page before its window's constructor returns. */
export const created = new EventEmitter();

/** https://www.electronjs.org/docs/latest/api/browser-window */
export class Window extends EventEmitter implements BrowserWindow {
  readonly webContents: Contents;
  #visible: boolean;
  #focused = false;
  #minimized = false;
  #destroyed = false;
  #painted = false;
  /** The last value of the taskbar's bar. */
  progress = -1;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    afterReady('BrowserWindow');
    this.#visible = options.show ?? true;
    this.webContents = new Contents(options.webPreferences?.preload);
    windows.push(this);
    created.emit('contents', this.webContents);
  }

  /** Resolves when the page has loaded, rejects when it cannot. */
  async loadURL(url: string): Promise<void> {
    await this.webContents.load(await chromium(), url);
    if (this.#painted || this.#destroyed) return;
    this.#painted = true;
    this.emit('ready-to-show');
  }

  show(): void {
    this.#alive();
    const shown = !this.#visible;
    this.#visible = true;
    this.focus();
    if (shown) this.emit('show');
  }

  hide(): void {
    this.#alive();
    const hidden = this.#visible;
    this.#visible = false;
    this.blur();
    if (hidden) this.emit('hide');
  }

  focus(): void {
    this.#alive();
    if (this.#focused || !this.#visible) return;
    this.#focused = true;
    this.emit('focus');
  }

  blur(): void {
    if (!this.#focused) return;
    this.#focused = false;
    this.emit('blur');
  }

  minimize(): void {
    this.#minimized = true;
    this.blur();
    this.emit('minimize');
  }

  restore(): void {
    this.#alive();
    this.#minimized = false;
    this.emit('restore');
  }

  isVisible(): boolean {
    return this.#visible && !this.#minimized;
  }

  isFocused(): boolean {
    return this.#focused;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setProgressBar(fraction: number): void {
    this.#alive();
    this.progress = fraction;
  }

  /** As the button in the title bar does: `close` may be prevented, and then the window stays. */
  close(): void {
    if (this.#destroyed) return;
    let kept = false;
    this.emit('close', {
      preventDefault: () => {
        kept = true;
      },
    });
    if (kept) return;
    this.#destroyed = true;
    windows.splice(windows.indexOf(this), 1);
    this.webContents.destroy();
    this.emit('closed');
  }

  static getAllWindows(): Window[] {
    return [...windows];
  }

  #alive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
}
