import * as v from 'valibot';
import { type CallName, type CallOutput, type Calls, calls } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import type { NetworkView } from '../shared/views.ts';
import type { Core } from './core.ts';
import type { Host } from './host.ts';

/** What the app's page may ask for. Input comes unchecked; rejects with a `ReasonError`. */
export type PageCalls = (name: string, input: unknown) => Promise<unknown>;

export interface PageCallsOptions {
  core: Core;
  host: Pick<Host, 'pickPaths' | 'pickFolder' | 'revealPath'>;
  /** The page's view of the network. */
  network(view: NetworkView): void;
  /** The page is out of the room. */
  ended(): void;
}

/** All calls but `attach`, by which a page becomes the app's page. */
type Handlers = {
  [N in Exclude<CallName, 'attach'>]: (
    input: v.InferOutput<Calls[N]['input']>,
  ) => Promise<CallOutput<N>> | CallOutput<N>;
};

export function createPageCalls(options: PageCallsOptions): PageCalls {
  const handlers = createHandlers(options);

  function answer<N extends keyof Handlers>(name: N, input: unknown): Promise<unknown> | unknown {
    const schema: Calls[N]['input'] = calls[name].input;
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) {
      throw new ReasonError('request-invalid', { message: `${name}: ${v.summarize(parsed.issues)}` });
    }
    return handlers[name](parsed.output);
  }

  function isHandled(name: string): name is keyof Handlers {
    return Object.hasOwn(handlers, name);
  }

  return async (name, input) => {
    if (!isHandled(name)) throw new ReasonError('request-invalid', { message: `no call "${name}"` });
    return answer(name, input);
  };
}

function createHandlers({ core, host, network, ended }: PageCallsOptions): Handlers {
  const { room, offers, transfers, settings, known, identity } = core;
  return {
    roomCreate: () => room.create(),
    roomJoin: ({ code }) => room.join(code),
    roomLeave: silent(() => room.leave()),
    codeCreate: () => ({ code: room.newCode() }),
    roomMove: ({ code }) => room.move(code),
    guardReport: silent(({ topic, guard }) => room.keepGuard(topic, guard)),
    networkReport: silent(network),
    ended: silent(ended),
    linkSign: (transcript) => ({ key: identity.key, signature: identity.signLink(transcript) }),
    async filesPick({ kind }) {
      const paths = await host.pickPaths(kind);
      return paths.length > 0 ? offers.addPaths(paths) : null;
    },
    filesFromPage: ({ entries }) => offers.addPageFiles(entries),
    offer: ({ source, sessions }) => ({ transfers: offers.offer(source, sessions.length > 0 ? sessions : null) }),
    withdraw: silent(({ source }) => offers.withdraw(source)),
    transferAnswer: silent(({ id, accept }) => transfers.answer(id, accept)),
    transferContents: ({ id, folder, after }) => transfers.contents(id, folder, after),
    transferPause: silent(({ id }) => transfers.pause(id)),
    transferResume: silent(({ id }) => transfers.resume(id)),
    transferCancel: silent(({ id }) => transfers.cancel(id)),
    transferShow({ id }) {
      const path = transfers.location(id);
      if (path) host.revealPath(path);
      return {};
    },
    transferForget: silent(({ id }) => transfers.forget(id)),
    personWords: async ({ key }) => ({ words: await core.words.of(key) }),
    personKnow: silent((person) => known.add(person)),
    personForget: silent(({ key }) => known.remove(key)),
    settingsUpdate: (change) => settings.change(change),
    async downloadsPick() {
      const picked = await host.pickFolder(settings.downloads);
      return picked ? settings.change({ downloads: picked }) : settings.view;
    },
  };
}

/** A call that is answered with nothing, once it is done. */
function silent<I>(action: (input: I) => void | Promise<void>): (input: I) => Promise<Record<string, never>> {
  return async (input) => {
    await action(input);
    return {};
  };
}
