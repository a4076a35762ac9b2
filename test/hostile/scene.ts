import type { Page } from 'playwright-core';
import { type AppProcess, startApp } from '../support/app-process.ts';
import { launchChromium, openPage, openPlainChromium, type PlainChromium } from '../support/chromium.ts';
import { type Broker, type BrokerLies, startBroker } from './kit/broker.ts';
import { type HostileLink, link } from './kit/link.ts';
import { joinRoom, type Member } from './kit/member.ts';
import { type Room, roomOf } from './kit/room.ts';
import { type CorePair, type CoreVictim, joinCores, startCoreVictim } from './victims/core.ts';
import { type EngineVictim, startEngine } from './victims/engine.ts';
import type { EngineOptions } from './victims/engine-messages.ts';

/** The victims of one attack and its own people; everything ends after it. */
export interface Scene {
  broker(lies?: BrokerLies): Promise<Broker>;
  engine(options?: Partial<EngineOptions>): Promise<EngineVictim>;
  /** Main without its page. */
  core(): Promise<CoreVictim>;
  /** Two of those, linked. */
  pair(): Promise<CorePair>;
  /** An app in a new room. */
  app(...args: string[]): Promise<AppProcess>;
  /** Its page, as a person sees it. */
  page(app: AppProcess): Promise<Page>;
  /** Its page in a browser that nobody watches, whose memory is its own. */
  plainPage(app: AppProcess): Promise<PlainChromium>;
  /** An app in a new room at this broker, its page open, and the room for those who have the code. */
  victim(broker: Broker, ...args: string[]): Promise<{ app: AppProcess; page: Page; room: Room }>;
  member(room: Room, broker: Broker): Promise<Member>;
  link(room: Room, broker: Broker, name?: string): Promise<HostileLink>;
  atEnd(end: () => unknown): void;
}

export function createScene(): Scene & { end(): Promise<void> } {
  const endings: (() => unknown)[] = [];
  const owned = <T>(thing: T, end: (thing: T) => unknown): T => {
    endings.push(() => end(thing));
    return thing;
  };
  const scene: Scene = {
    broker: async (lies) => owned(await startBroker(lies), (broker) => broker.close()),
    engine: async (options) => owned(await startEngine(options), (engine) => engine.end()),
    core: async () => owned(await startCoreVictim(), (core) => core.end()),
    async pair() {
      const [sender, receiver] = await Promise.all([scene.core(), scene.core()]);
      return joinCores(sender, receiver);
    },
    app: async (...args) =>
      owned(await startApp(['--ice-server', 'none', '--room', 'new', ...args]), (app) => app.stop()),
    async page(app) {
      const browser = owned(await launchChromium(), (each) => each.close());
      const { url } = await app.event('ready');
      return openPage(browser, url ?? '');
    },
    async plainPage(app) {
      const { url } = await app.event('ready');
      return owned(await openPlainChromium(url ?? ''), (browser) => browser.close());
    },
    async victim(broker, ...args) {
      const app = await scene.app('--broker', broker.url, '--name', 'Ann', ...args);
      const page = await scene.page(app);
      return { app, page, room: roomOf((await app.event('room')).code) };
    },
    member: async (room, broker) => owned(await joinRoom(room, broker.url), (member) => member.leave()),
    link: async (room, broker, name) => owned(await link(room, broker.url, name), (each) => each.leave()),
    atEnd: (end) => void endings.push(end),
  };
  return {
    ...scene,
    async end() {
      for (const end of endings.splice(0).reverse()) await end();
    },
  };
}
