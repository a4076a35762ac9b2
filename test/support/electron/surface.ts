/**
 * The part of the `electron` module that the project uses, and nothing more. `tsconfig.electron.json` compiles
 * `src/main/hosts/electron` and `src/preload` against this file, so what they begin to use has to be added here, and then
 * to the stand-in behind it (`electron.ts`). `conforms.ts` has the compiler hold it against Electron's own declarations.
 */

/** Listeners by event, as one overload each, in the form of Electron's declarations. */
type Overloads<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
export type On<Events extends Record<string, unknown[]>> = Overloads<
  { [Name in keyof Events]: (event: Name, listener: (...given: Events[Name]) => void) => unknown }[keyof Events]
>;

export interface Event {
  preventDefault(): void;
}

declare global {
  namespace NodeJS {
    interface Process {
      /** True in a checkout, where the app's own path comes before its arguments. https://www.electronjs.org/docs/latest/api/process */
      readonly defaultApp: boolean;
    }
  }
}

// app, https://www.electronjs.org/docs/latest/api/app

export interface App {
  readonly isPackaged: boolean;
  readonly commandLine: {
    appendSwitch(name: string, value?: string): void;
    getSwitchValue(name: string): string;
  };
  setPath(name: string, path: string): void;
  getPath(name: 'downloads' | 'userData'): string;
  setAppUserModelId(id: string): void;
  setToastActivatorCLSID(id: string): void;
  setAsDefaultProtocolClient(scheme: string): boolean;
  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean;
  whenReady(): Promise<void>;
  quit(): void;
  exit(code?: number): void;
  on: On<AppEvents>;
}

export type AppEvents = {
  'open-file': [event: Event, path: string];
  'open-url': [event: Event, url: string];
  'second-instance': [event: Event, argv: string[], workingDirectory: string, additionalData: unknown];
  'web-contents-created': [event: Event, contents: WebContents];
  'before-quit': [event: Event];
  activate: [event: Event];
};

// windows, https://www.electronjs.org/docs/latest/api/browser-window

export interface BrowserWindow {
  readonly webContents: WebContents;
  loadURL(url: string): Promise<void>;
  show(): void;
  hide(): void;
  focus(): void;
  restore(): void;
  isFocused(): boolean;
  isMinimized(): boolean;
  isDestroyed(): boolean;
  setProgressBar(fraction: number): void;
  on: On<WindowEvents>;
  once: On<WindowEvents>;
}

export type WindowEvents = {
  close: [event: Event];
  'session-end': [];
  show: [];
  'ready-to-show': [];
};

export interface BrowserWindowConstructorOptions {
  title?: string;
  icon?: string;
  width?: number;
  height?: number;
  minWidth?: number;
  minHeight?: number;
  show?: boolean;
  backgroundColor?: string;
  autoHideMenuBar?: boolean;
  name?: string;
  windowStatePersistence?: boolean;
  webPreferences?: {
    preload?: string;
    contextIsolation?: boolean;
    sandbox?: boolean;
    nodeIntegration?: boolean;
    webviewTag?: boolean;
    spellcheck?: boolean;
    backgroundThrottling?: boolean;
  };
}

// pages, https://www.electronjs.org/docs/latest/api/web-contents

export interface WebContents {
  /** One object until the document changes. https://www.electronjs.org/docs/latest/api/web-frame-main */
  readonly mainFrame: WebFrameMain;
  isDestroyed(): boolean;
  send(channel: string, ...values: unknown[]): void;
  reload(): void;
  forcefullyCrashRenderer(): void;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  on: On<ContentsEvents>;
}

export type ContentsEvents = {
  'did-navigate': [];
  'context-menu': [event: Event, clicked: ContextMenuParams];
  unresponsive: [];
  responsive: [];
  'will-frame-navigate': [event: Event];
  'will-navigate': [event: Event];
  'will-attach-webview': [event: Event];
  'render-process-gone': [event: Event, details: { reason: GoneReason; exitCode: number }];
  destroyed: [];
};

export interface ContextMenuParams {
  isEditable: boolean;
  selectionText: string;
  editFlags: { canCut: boolean; canCopy: boolean; canPaste: boolean };
}

export type GoneReason =
  | 'clean-exit'
  | 'abnormal-exit'
  | 'killed'
  | 'crashed'
  | 'oom'
  | 'launch-failed'
  | 'integrity-failure'
  | 'memory-eviction';

export interface WebFrameMain {
  readonly url: string;
}

// messages, https://www.electronjs.org/docs/latest/api/ipc-main

export interface IpcMain {
  handle(channel: string, handler: (event: IpcMainInvokeEvent, ...given: unknown[]) => unknown): void;
  on(channel: string, listener: (event: IpcMainEvent, ...given: unknown[]) => void): unknown;
}

export interface IpcMainInvokeEvent {
  /** Null once the frame has navigated or is gone. */
  readonly senderFrame: WebFrameMain | null;
}

export interface IpcMainEvent {
  readonly senderFrame: WebFrameMain | null;
  readonly ports: MessagePortMain[];
}

/** https://www.electronjs.org/docs/latest/api/message-port-main */
export interface MessagePortMain {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on: On<PortEvents>;
}

export type PortEvents = { message: [event: { data: unknown }]; close: [] };

// around the window

/** What a dialog belongs to. */
export interface BaseWindow {
  isDestroyed(): boolean;
}

export interface Dialog {
  showOpenDialog(window: BaseWindow, options: OpenDialogOptions): Promise<{ canceled: boolean; filePaths: string[] }>;
  showMessageBox(window: BaseWindow, options: MessageBoxOptions): Promise<{ response: number }>;
  showErrorBox(title: string, content: string): void;
}

export interface OpenDialogOptions {
  title?: string;
  defaultPath?: string;
  properties?: ('openFile' | 'openDirectory' | 'multiSelections' | 'createDirectory')[];
}

export interface MessageBoxOptions {
  message: string;
  type?: 'none' | 'info' | 'error' | 'question' | 'warning';
  detail?: string;
  buttons?: string[];
  defaultId?: number;
  cancelId?: number;
  /** Takes the question away. */
  signal?: AbortSignal;
}

/** https://www.electronjs.org/docs/latest/api/menu-item#roles */
export type MenuRole =
  | 'about'
  | 'appMenu'
  | 'close'
  | 'copy'
  | 'cut'
  | 'editMenu'
  | 'help'
  | 'paste'
  | 'quit'
  | 'reload'
  | 'resetZoom'
  | 'selectAll'
  | 'toggleDevTools'
  | 'togglefullscreen'
  | 'windowMenu'
  | 'zoomIn'
  | 'zoomOut';

export interface MenuItemConstructorOptions {
  label?: string;
  role?: MenuRole;
  type?: 'separator';
  enabled?: boolean;
  submenu?: MenuItemConstructorOptions[];
  click?: () => void;
}

export interface Menu {
  popup(options?: { window?: BaseWindow }): void;
}

export interface Tray {
  setToolTip(text: string): void;
  setContextMenu(menu: Menu | null): void;
  on: On<{ click: [] }>;
}

export interface Notification {
  show(): void;
  on: On<NotificationEvents>;
}

export type NotificationEvents = {
  click: [event: Event];
  close: [event: Event];
  failed: [event: Event, error: string];
};

export interface NativeImage {
  addRepresentation(options: { scaleFactor?: number; dataURL?: string }): void;
  setTemplateImage(template: boolean): void;
  toDataURL(): string;
}

/** https://www.electronjs.org/docs/latest/api/power-monitor */
export interface PowerMonitor {
  on: On<{ suspend: []; resume: []; shutdown: [] }>;
}

export interface PowerSaveBlocker {
  start(type: 'prevent-app-suspension'): number;
  stop(id: number): boolean;
}

export interface Protocol {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges?: SchemePrivileges }[]): void;
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void;
}

export interface SchemePrivileges {
  standard?: boolean;
  secure?: boolean;
  supportFetchAPI?: boolean;
  stream?: boolean;
}

export interface Session {
  setPermissionCheckHandler(
    handler:
      | ((
          contents: WebContents | null,
          permission: string,
          requestingOrigin: string,
          details: { securityOrigin?: string },
        ) => boolean)
      | null,
  ): void;
  setPermissionRequestHandler(
    handler:
      | ((
          contents: WebContents,
          permission: string,
          answer: (granted: boolean) => void,
          details: { requestingUrl: string },
        ) => void)
      | null,
  ): void;
  setDevicePermissionHandler(handler: (() => boolean) | null): void;
  on: On<{ 'will-download': [event: Event] }>;
}

// in the preload, https://www.electronjs.org/docs/latest/api/context-bridge

export interface IpcRenderer {
  invoke(channel: string, ...given: unknown[]): Promise<unknown>;
  postMessage(channel: string, message: unknown, transfer?: MessagePort[]): void;
  on(channel: string, listener: RendererListener): unknown;
  off(channel: string, listener: RendererListener): unknown;
}

export type RendererListener = (event: IpcRendererEvent, name: string, data: unknown) => void;

export interface IpcRendererEvent {
  readonly ports: MessagePort[];
}

// the module

export declare const app: App;
export declare const BrowserWindow: { new (options?: BrowserWindowConstructorOptions): BrowserWindow };
export declare const dialog: Dialog;
export declare const ipcMain: IpcMain;
export declare const Menu: {
  buildFromTemplate(template: MenuItemConstructorOptions[]): Menu;
  setApplicationMenu(menu: Menu | null): void;
};
export declare const nativeImage: { createFromPath(path: string): NativeImage };
export declare const nativeTheme: { readonly shouldUseDarkColors: boolean };
export declare const Notification: {
  new (options?: { title?: string; body?: string }): Notification;
  isSupported(): boolean;
  handleActivation(callback: () => void): void;
};
export declare const powerMonitor: PowerMonitor;
export declare const powerSaveBlocker: PowerSaveBlocker;
export declare const protocol: Protocol;
export declare const session: { readonly defaultSession: Session };
export declare const shell: { showItemInFolder(path: string): void };
export declare const Tray: { new (image: NativeImage | string): Tray };

export declare const contextBridge: { exposeInMainWorld(name: string, api: unknown): void };
export declare const ipcRenderer: IpcRenderer;
export declare const webUtils: { getPathForFile(file: File): string };

/** The rest is the preload's. */
export type MainExports = Omit<typeof import('./surface.ts'), 'contextBridge' | 'ipcRenderer' | 'webUtils'>;
export type PreloadExports = Pick<typeof import('./surface.ts'), 'contextBridge' | 'ipcRenderer' | 'webUtils'>;
