import type { PageEntry, Port, SourceSummary } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import type { Person } from '../shared/views.ts';
import { createPageSource, type PageSource } from './files/page-source.ts';
import { createPathSource } from './files/path-source.ts';
import type { Source } from './files/source.ts';
import { nodeFs, type UserFs } from './files/user-fs.ts';
import type { Engine } from './transfer/engine.ts';
import { firstSegment, packManifest } from './transfer/manifest.ts';

/** What is ready to be sent, and what is offered to everyone in the room: of each, who has got it. Who is here it is told. */
export interface Outbox {
  /**
   * Rejects with `path-missing`, `path-unreadable`, `nothing-to-send`, `too-many-entries` or `file-name-refused`, and with
   * `request-invalid` when the room is left before all of it is listed.
   */
  addPaths(paths: readonly string[]): Promise<SourceSummary>;
  /** Files that the page holds; the same files again bring back a source that still has transfers. Throws as `addPaths`. */
  addPageFiles(entries: readonly PageEntry[]): SourceSummary;
  /** False when there is no such source of the page. */
  attachPage(source: string, port: Port): boolean;
  /** One transfer for each person. Gives the transfers' ids. Throws `request-invalid` when there is no such source. */
  offer(source: string, people: readonly Person[]): string[];
  /** The same for everyone who is here, and stays so for everyone to come. */
  offerToAll(source: string, here: readonly Person[]): string[];
  /** What is offered to everyone who is here or comes, oldest first. */
  readonly standing: readonly SourceSummary[];
  /** Takes back what is offered to everyone: offers nobody has answered yet are cancelled, transfers under way go on. */
  withdraw(source: string): void;
  /** Offers them what is offered to everyone, if they have not got it before. */
  personArrived(person: Person): void;
  /** A source is let go when its last transfer has ended and nobody else is to get it. */
  transferEnded(transfer: string): void;
  /** Forgets what was offered to everyone, what nobody was offered, and what is still being listed; transfers under way go on. */
  leaveRoom(): void;
  /** Lets go of everything: nothing waits for a page any more. */
  close(): void;
}

/** @param onStanding what is offered to everyone has changed */
export function createOutbox(
  engine: Pick<Engine, 'offer' | 'resume' | 'list' | 'cancel'>,
  onStanding: () => void,
  fs: UserFs = nodeFs,
): Outbox {
  const sources = new Map<string, Source>();
  const pageSources = new Map<string, PageSource>();
  /** Transfers of each source that have not ended. */
  const transfersOf = new Map<string, Set<string>>();
  /** Offered to everyone: the keys that have got the offer. */
  const standing = new Map<string, Set<string>>();
  /** Of the room that people are in now; a walk through a large disk ends with it. */
  let listing = new AbortController();

  function stopListing(): void {
    listing.abort(new ReasonError('request-invalid', { message: 'the room was left meanwhile' }));
  }

  function add<S extends Source>(source: S): S {
    // What cannot be offered is said now, not when somebody comes to whom it would go.
    packManifest(source.entries);
    sources.set(source.id, source);
    return source;
  }

  function known(id: string): Source {
    const source = sources.get(id);
    if (!source) throw new ReasonError('request-invalid', { message: 'no such source' });
    return source;
  }

  function offerTo(source: Source, person: Person): string {
    const id = engine.offer(source, person);
    const own = transfersOf.get(source.id) ?? new Set();
    transfersOf.set(source.id, own.add(id));
    return id;
  }

  function letGo(id: string): void {
    sources.get(id)?.release();
    sources.delete(id);
    pageSources.delete(id);
    transfersOf.delete(id);
  }

  function letGoIfUnused(id: string): void {
    if (!standing.has(id) && !transfersOf.get(id)?.size) letGo(id);
  }

  /** Once for each person, whatever became of it: who declined is not asked again. */
  function offerStanding(id: string, person: Person): string[] {
    const source = sources.get(id);
    const offered = standing.get(id);
    if (!source || !offered || offered.has(person.key)) return [];
    offered.add(person.key);
    return [offerTo(source, person)];
  }

  return {
    async addPaths(paths) {
      const { signal } = listing;
      const source = await createPathSource([...paths], { signal, fs });
      signal.throwIfAborted();
      return summary(add(source));
    },
    addPageFiles(entries) {
      const earlier = [...pageSources.values()].find(
        (source) => source.away && source.matches(entries) && (standing.has(source.id) || transfersOf.has(source.id)),
      );
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
      const source = known(id);
      return people.map((person) => offerTo(source, person));
    },
    offerToAll(id, here) {
      known(id);
      if (!standing.has(id)) {
        standing.set(id, new Set());
        onStanding();
      }
      return here.flatMap((person) => offerStanding(id, person));
    },
    get standing() {
      return [...standing.keys()].flatMap((id) => {
        const source = sources.get(id);
        return source ? [summary(source)] : [];
      });
    },
    withdraw(id) {
      if (!standing.delete(id)) return;
      const own = transfersOf.get(id) ?? new Set();
      for (const view of engine.list()) if (own.has(view.id) && view.state === 'offered') engine.cancel(view.id);
      letGoIfUnused(id);
      onStanding();
    },
    personArrived(person) {
      for (const id of standing.keys()) offerStanding(id, person);
    },
    transferEnded(transfer) {
      for (const [id, own] of transfersOf) {
        if (own.delete(transfer)) letGoIfUnused(id);
      }
    },
    leaveRoom() {
      stopListing();
      listing = new AbortController();
      const had = standing.size > 0;
      standing.clear();
      for (const id of [...sources.keys()]) letGoIfUnused(id);
      if (had) onStanding();
    },
    close() {
      stopListing();
      for (const id of [...sources.keys()]) letGo(id);
    },
  };
}

function summary(source: Source): SourceSummary {
  const files = source.entries.filter((entry) => entry.kind === 'file');
  return {
    id: source.id,
    title: firstSegment(source.entries[0]?.path ?? ''),
    topLevelEntries: new Set(source.entries.map(({ path }) => firstSegment(path))).size,
    files: files.length,
    folders: source.entries.length - files.length,
    bytes: files.reduce((sum, entry) => sum + entry.bytes, 0),
    again: false,
  };
}
