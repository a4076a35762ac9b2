import type { PageEntry, Port, SourceSummary } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import type { Person } from '../shared/views.ts';
import { createPageSource, type PageSource } from './files/page-source.ts';
import { createPathSource } from './files/path-source.ts';
import type { Source } from './files/source.ts';
import type { Engine } from './transfer/engine.ts';

/** What is ready to be sent, and what is offered to everyone who is or comes into the room. */
export interface Outbox {
  /** Rejects with `path-missing`, `path-unreadable` or `nothing-to-send`. */
  addPaths(paths: readonly string[]): Promise<SourceSummary>;
  /** Files that the page holds; the same files again bring an earlier source back. */
  addPageFiles(entries: readonly PageEntry[]): SourceSummary;
  /** False when there is no such source of the page. */
  attachPage(source: string, port: Port): boolean;
  /** One transfer for each person, for everyone here and to come when `people` is null. Gives the transfers' ids. */
  offer(source: string, people: readonly Person[] | null): string[];
  personArrived(person: Person): void;
  personLeft(person: Person): void;
  /** Forgets what was offered to everyone; transfers under way go on. */
  leaveRoom(): void;
}

export function createOutbox(engine: Engine): Outbox {
  const sources = new Map<string, Source>();
  const pageSources = new Map<string, PageSource>();
  /** Transfers of each page source, to go on when the page holds its files again. */
  const transfersOf = new Map<string, string[]>();
  /** Offered to everyone: the keys that have got the offer. */
  const standing = new Map<string, Set<string>>();
  const here = new Map<string, Person>();

  function add<S extends Source>(source: S): S {
    if (source.entries.length === 0) throw new ReasonError('nothing-to-send');
    sources.set(source.id, source);
    return source;
  }

  function offerTo(source: Source, person: Person): string {
    const id = engine.offer(source, person);
    transfersOf.set(source.id, [...(transfersOf.get(source.id) ?? []), id]);
    return id;
  }

  return {
    async addPaths(paths) {
      return summary(add(await createPathSource([...paths])));
    },
    addPageFiles(entries) {
      const earlier = [...pageSources.values()].find((source) => source.away && source.matches(entries));
      const source = earlier ?? add(createPageSource(entries));
      pageSources.set(source.id, source);
      return { ...summary(source), again: earlier !== undefined };
    },
    attachPage(id, port) {
      const source = pageSources.get(id);
      if (!source) return false;
      source.attach(port);
      for (const transfer of transfersOf.get(id) ?? []) {
        const view = engine.list().find((each) => each.id === transfer);
        if (view?.reason?.code === 'source-away') engine.resume(transfer);
      }
      return true;
    },
    offer(id, people) {
      const source = sources.get(id);
      if (!source) throw new ReasonError('request-invalid', { message: 'no such source' });
      if (people) return people.map((person) => offerTo(source, person));
      standing.set(id, new Set(here.keys()));
      return [...here.values()].map((person) => offerTo(source, person));
    },
    personArrived(person) {
      here.set(person.key, person);
      for (const [id, offered] of standing) {
        const source = sources.get(id);
        if (!source || offered.has(person.key)) continue;
        offered.add(person.key);
        offerTo(source, person);
      }
    },
    personLeft(person) {
      if (here.get(person.key)?.session === person.session) here.delete(person.key);
    },
    leaveRoom() {
      standing.clear();
      here.clear();
    },
  };
}

function summary(source: Source): SourceSummary {
  const files = source.entries.filter((entry) => entry.kind === 'file');
  return {
    id: source.id,
    title: source.entries[0]?.path.split('/')[0] ?? '',
    files: files.length,
    folders: source.entries.length - files.length,
    bytes: files.reduce((sum, entry) => sum + entry.bytes, 0),
    again: false,
  };
}
