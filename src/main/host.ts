import type { EventData, EventName, Port, SourceSummary } from '../shared/bridge.ts';
import type { UserFs } from './files/user-fs.ts';

/** What a host offers the application: only what differs between Electron and the browser host. */
export interface Host {
  readonly kind: 'electron' | 'browser';
  /** It has file dialogs of its own. */
  readonly dialogs: boolean;
  readonly showInFolder: boolean;
  /** The system may keep the app out of the local network without a word, as macOS does since 15. */
  readonly localNetworkGate: boolean;
  /** How it reaches the users' files. */
  readonly fs: UserFs;
  /** Absolute paths the person picked; empty when cancelled. */
  pickPaths(kind: 'files' | 'folder'): Promise<string[]>;
  pickFolder(current: string): Promise<string | null>;
  revealPath(path: string): void;
  notify(title: string, body: string): void;
  /** Tells the system that bytes flow: `fraction` of all running transfers, or null when unknown. */
  setActivity(activity: { transferring: boolean; fraction: number | null }): void;
}

/** The page as main sees it; the app has one at a time. */
export interface PageConnection {
  emit<N extends EventName>(name: N, data: EventData<N>): void;
  /** Whether it still answers: a page that was reloaded or killed may not have been noticed yet. */
  alive(): Promise<boolean>;
  /** Ends it and its ports: another page took over, or the app ends. */
  close(): void;
}

/** What the app gives a host for each page that connects. */
export interface PageSession {
  /** Input comes unchecked from the page. Rejects with a `ReasonError`. */
  call(name: string, input: unknown): Promise<unknown>;
  /** A port the page opened; checked here, closed when refused. */
  port(purpose: unknown, port: Port): void;
  /** Absolute paths of what was dropped, as the system told the host; never words of the page. Rejects like `call`. */
  sourceFromPaths(paths: readonly string[]): Promise<SourceSummary>;
  closed(): void;
}
