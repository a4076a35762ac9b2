import * as v from 'valibot';
import type { EventName, Port } from '../../../shared/bridge.ts';
import type { Answer } from '../../../shared/preload-api.ts';
import { ReasonError, reasonOf } from '../../../shared/reasons.ts';
import type { PageConnection, PageSession } from '../../host.ts';

/** The page behind the window, through its reloads and crashes: each life is a session of its own. */
export interface Page {
  /** Never rejects: a failure is an answer with a reason. */
  call(name: unknown, input: unknown): Promise<Answer>;
  dropped(paths: unknown): Promise<Answer>;
  port(purpose: unknown, port: Port): void;
  /** The document is going: reloaded, crashed or closed. */
  gone(): void;
}

// More than anyone drops at once, few enough to check.
const pathsSchema = v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1), v.maxLength(10_000));

/** @param send delivers an event to the document that is in the window now. */
export function createPage(
  connect: (page: PageConnection) => PageSession,
  send: (name: EventName, data: unknown) => void,
): Page {
  let session: PageSession | null = null;

  // A page's first call is `attach`; a second one is a new document whose forerunner's end has not been noticed.
  function begin(): PageSession {
    session?.closed();
    let live = true;
    const end = (): void => {
      live = false;
      if (session === begun) session = null;
    };
    const inner = connect({
      emit: (name, data) => {
        if (live) send(name, data);
      },
      alive: async () => live,
      close: end,
    });
    const begun: PageSession = {
      ...inner,
      closed() {
        end();
        inner.closed();
      },
    };
    session = begun;
    return begun;
  }

  function current(): PageSession {
    if (!session) throw new ReasonError('room-open-elsewhere');
    return session;
  }

  return {
    call: (name, input) =>
      answered(async () => {
        if (typeof name !== 'string') throw new ReasonError('request-invalid');
        return (name === 'attach' ? begin() : current()).call(name, input);
      }),
    dropped: (paths) =>
      answered(async () => {
        const parsed = v.safeParse(pathsSchema, paths);
        // A path is empty for what is no file on this disk, such as a picture dragged out of a browser.
        if (!parsed.success) throw new ReasonError('nothing-to-send');
        return current().sourceFromPaths(parsed.output);
      }),
    port(purpose, port) {
      if (session) session.port(purpose, port);
      else port.close();
    },
    gone: () => session?.closed(),
  };
}

async function answered(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}
