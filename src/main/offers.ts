import type { PageEntry, Port, SourceSummary } from '../shared/bridge.ts';
import { type Reason, ReasonError, reasonOf } from '../shared/reasons.ts';
import { hasEnded, type Person, type TransferView } from '../shared/views.ts';
import type { UserFs } from './files/user-fs.ts';
import { createOutbox } from './outbox.ts';
import type { People } from './people.ts';
import type { Engine } from './transfer/engine.ts';
import { createWaitingPaths } from './waiting-paths.ts';

/** What this person gives away, and to whom: offered in a room, and waiting in sight while there is none. */
export interface Offers {
  /** What is offered to whoever comes, or waits for a room, oldest first. */
  readonly standing: readonly SourceSummary[];
  /** To everyone, now or in the next room. Rejects as `addPaths`. */
  give(paths: readonly string[]): Promise<void>;
  /** The same for paths that nobody looks at before they are in a room: what is wrong with them is a notice then. */
  giveInRoom(paths: readonly string[]): void;
  /** See `Outbox`. */
  addPaths(paths: readonly string[]): Promise<SourceSummary>;
  addPageFiles(entries: readonly PageEntry[]): SourceSummary;
  attachPage(source: string, port: Port): boolean;
  /** To those in these sessions; null: to everyone here and to come. Gives the transfers' ids. Throws `nobody-here`. */
  offer(source: string, sessions: readonly string[] | null): string[];
  /** Takes back what is offered to everyone, or waits to be. */
  withdraw(source: string): void;
}

/** The same as the core has it. */
export interface OwnOffers extends Offers {
  transferChanged(view: TransferView): void;
  /** @param moved the same people meet under another code: what is offered to everyone stays so, and goes to nobody twice. */
  roomChanged(inRoom: boolean, moved: boolean): void;
  close(): void;
}

export interface OffersOptions {
  engine: Pick<Engine, 'offer' | 'resume' | 'list' | 'cancel'>;
  people: Pick<People, 'here' | 'inSession' | 'listen'>;
  fs: UserFs;
  onStanding(standing: readonly SourceSummary[]): void;
  /** What waited for this room cannot be offered in it. */
  onNotOffered(reason: Reason): void;
}

export function createOffers({ engine, people, fs, onStanding, onNotOffered }: OffersOptions): OwnOffers {
  const show = (): void => onStanding(standing());
  const outbox = createOutbox(engine, show, fs);
  const waiting = createWaitingPaths(outbox.addPaths, show);
  /** One for each room, but not for the codes that it is renewed by. */
  let stay: object | null = null;
  people.listen({ reached: outbox.personArrived });

  function standing(): readonly SourceSummary[] {
    return stay ? outbox.standing : waiting.list;
  }

  async function offerPaths(paths: readonly string[]): Promise<void> {
    const given = stay;
    try {
      const source = await outbox.addPaths(paths);
      outbox.offerToAll(source.id, people.here);
    } catch (error) {
      // Whoever has left meanwhile no longer wants it offered.
      if (stay === given) throw error;
    }
  }

  function offerGiven(paths: readonly string[]): void {
    offerPaths(paths).catch((error: unknown) => onNotOffered(reasonOf(error)));
  }

  function reached(session: string): Person {
    const person = people.inSession(session);
    if (!person) throw new ReasonError('nobody-here');
    return person;
  }

  return {
    get standing() {
      return standing();
    },
    give: (paths) => (stay ? offerPaths(paths) : waiting.add(paths)),
    giveInRoom: (paths) => (stay ? offerGiven(paths) : waiting.keep(paths)),
    addPaths: outbox.addPaths,
    addPageFiles: outbox.addPageFiles,
    attachPage: outbox.attachPage,
    offer: (source, sessions) =>
      sessions ? outbox.offer(source, sessions.map(reached)) : outbox.offerToAll(source, people.here),
    withdraw: (source) => void (waiting.remove(source) || outbox.withdraw(source)),
    transferChanged(view) {
      if (hasEnded(view)) outbox.transferEnded(view.id);
    },
    roomChanged(inRoom, moved) {
      if (moved) return;
      stay = inRoom ? {} : null;
      outbox.leaveRoom();
      for (const paths of inRoom ? waiting.take() : []) offerGiven(paths);
    },
    close() {
      stay = null;
      outbox.close();
    },
  };
}
