import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type { Chromium } from './devtools.ts';
import { type DocumentLink, serveDocument } from './ipc.ts';
import { isolatedWorldScript, mainWorldScript, openBinding } from './page/scripts.ts';
import { fromChromium, toChromium } from './protocol.ts';
import { mayCheck } from './session.ts';
import type { WebContents, WebFrameMain } from './surface.ts';

/** A document that another one has replaced is told of by nobody. */
class Frame implements WebFrameMain {
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }
}

interface Navigation {
  readonly requestId: string;
  readonly frameId: string;
  readonly request: { readonly url: string };
}

interface OpenedTarget {
  readonly targetId: string;
  readonly openerId?: string;
  readonly url: string;
}

/** A page of Chromium as Electron's `WebContents`. https://www.electronjs.org/docs/latest/api/web-contents */
export class Contents extends EventEmitter implements WebContents {
  readonly #preload: string | undefined;
  #chromium: Chromium | null = null;
  #session = '';
  #target = '';
  #frame: WebFrameMain = new Frame('');
  #document: DocumentLink | null = null;
  #url = '';
  #byHost = false;
  #reloading: Promise<void> | null = null;
  #crashed = false;
  #destroyed = false;
  #openWindow: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;

  constructor(preload: string | undefined) {
    super();
    this.#preload = preload;
  }

  get mainFrame(): WebFrameMain {
    this.#alive();
    return this.#frame;
  }

  get session(): string {
    return this.#session;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** Throws for what is destroyed; what has no document that listens is lost. */
  send(channel: string, ...values: unknown[]): void {
    this.#alive();
    this.#document?.send(channel, values);
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.#openWindow = handler;
  }

  reload(): void {
    this.#alive();
    // One at a time: which of several a request belongs to cannot be told.
    this.#reloading ??= this.#navigate(this.#url)
      .catch(() => undefined)
      .finally(() => {
        this.#reloading = null;
      });
  }

  /** https://www.electronjs.org/docs/latest/api/web-contents#contentsforcefullycrashrenderer */
  forcefullyCrashRenderer(): void {
    this.#chromium?.send('Page.crash', {}, this.#session).catch(() => undefined);
  }

  /** What a person does who drags files of this disk onto the page. */
  async drop(paths: readonly string[], at: { x: number; y: number }): Promise<void> {
    await this.#inPage(
      `document.dispatchEvent(new CustomEvent('stand-in:dropping', { detail: ${JSON.stringify(paths)} }))`,
    );
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await this.#command('Input.dispatchDragEvent', { type, ...at, data });
    }
  }

  async load(chromium: Chromium, url: string): Promise<void> {
    this.#chromium = chromium;
    this.#url = url;
    await this.#open();
    await this.#navigate(url);
  }

  /** A document of this page has connected. */
  async adopt(socket: WebSocket): Promise<void> {
    socket.pause();
    // Events of the navigation that led here come before this answer.
    await this.#command('Page.getFrameTree');
    const frame = this.#frame;
    this.#document?.end();
    this.#document = serveDocument(
      socket,
      frame,
      () => this.#frame === frame && !this.#destroyed && !this.#crashed,
      (clicked) => this.emit('context-menu', {}, clicked),
    );
    socket.resume();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#document?.end();
    this.#chromium?.send('Target.closeTarget', { targetId: this.#target }).catch(() => undefined);
    this.emit('destroyed');
  }

  #alive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }

  #command(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (!this.#chromium) throw new Error('the page has not been opened');
    return this.#chromium.send(method, params, this.#session);
  }

  async #inPage(expression: string): Promise<void> {
    await this.#command('Runtime.evaluate', { expression });
  }

  async #open(): Promise<void> {
    const chromium = this.#chromium;
    if (!chromium) return;
    const { targetId } = await chromium.send('Target.createTarget', { url: 'about:blank' });
    this.#target = String(targetId);
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = String(sessionId);
    const on = <Params>(method: string, listener: (params: Params) => void): void => {
      chromium.events.on(`${this.#session} ${method}`, listener);
    };
    on('Page.frameNavigated', ({ frame }: { frame: { parentId?: string; url: string } }) => {
      if (frame.parentId === undefined) this.#committed(frame.url);
    });
    on('Inspector.targetCrashed', () => this.#gone());
    on('Runtime.bindingCalled', ({ name, payload }: { name: string; payload: string }) => {
      if (name === openBinding) this.#openWindow?.({ url: fromChromium(payload) });
    });
    // A link that opens a page of its own.
    chromium.events.on('Target.targetCreated', ({ targetInfo }: { targetInfo: OpenedTarget }) => {
      if (targetInfo.openerId !== this.#target) return;
      if (this.#openWindow?.({ url: fromChromium(targetInfo.url) }).action !== 'deny') return;
      chromium.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
    });
    await chromium.send('Target.setDiscoverTargets', { discover: true });
    on('Fetch.requestPaused', (navigation: Navigation) => void this.#decide(navigation));
    await this.#command('Page.enable');
    await this.#command('Runtime.enable');
    await this.#command('Runtime.addBinding', { name: openBinding });
    await this.#command('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript });
    if (this.#preload) {
      await this.#command('Page.addScriptToEvaluateOnNewDocument', {
        source: isolatedWorldScript(this.#preload),
        worldName: 'Electron Isolated Context',
      });
    }
    await this.#command('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }] });
  }

  async #navigate(url: string): Promise<void> {
    if (this.#crashed) {
      // A new renderer: the old page is closed, as nothing of it can be used any more.
      this.#crashed = false;
      const old = this.#target;
      await this.#open();
      this.#chromium?.send('Target.closeTarget', { targetId: old }).catch(() => undefined);
    }
    this.#byHost = true;
    const loaded = new Promise<void>((done) => {
      this.#chromium?.events.once(`${this.#session} Page.loadEventFired`, () => done());
    });
    const { errorText } = await this.#command('Page.navigate', { url: toChromium(url) });
    if (errorText) throw new Error(`${errorText} loading '${url}'`);
    await loaded;
    this.emit('did-finish-load');
  }

  /**
   * `did-start-navigation` comes first, also for what is refused afterwards; `will-*` are for what the page itself began.
   * https://www.electronjs.org/docs/latest/api/web-contents#navigation-events
   */
  async #decide({ requestId, frameId, request }: Navigation): Promise<void> {
    const url = fromChromium(request.url);
    const isMainFrame = frameId === this.#target;
    const byHost = this.#byHost && isMainFrame;
    this.emit('did-start-navigation', { url, isMainFrame, isSameDocument: false });
    let refused = false;
    const event = {
      url,
      isMainFrame,
      preventDefault: () => {
        refused = true;
      },
    };
    if (!byHost) {
      this.emit('will-frame-navigate', event);
      if (isMainFrame) this.emit('will-navigate', event);
    }
    if (isMainFrame) this.#byHost = false;
    if (refused) await this.#command('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    else await this.#command('Fetch.continueRequest', { requestId });
  }

  #committed(chromiumUrl: string): void {
    const url = fromChromium(chromiumUrl);
    this.#frame = new Frame(url);
    this.#document?.end();
    this.#document = null;
    if (url === 'about:blank') return;
    const { origin } = new URL(chromiumUrl);
    // Chromium asks the check handler; here its answer is what the page is given.
    const permissions = mayCheck('media', `${url.split('/').slice(0, 3).join('/')}/`)
      ? ['audioCapture', 'videoCapture']
      : [];
    this.#chromium?.send('Browser.grantPermissions', { origin, permissions }).catch(() => undefined);
    this.emit('did-navigate', {}, url, 200, 'OK');
  }

  #gone(): void {
    this.#crashed = true;
    this.#document?.end();
    this.#document = null;
    this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
  }
}
