import { brokerAt } from '../../src/connect/mqtt/broker.ts';
import { joinRoom } from '../../src/connect/room.ts';
import { createDisk } from '../../src/main/files/disk.ts';
import { createPathSource } from '../../src/main/files/path-source.ts';
import { nodeFs } from '../../src/main/files/user-fs.ts';
import { deriveRoomKeys } from '../../src/main/room-keys.ts';
import { createSystemWorld } from '../../src/main/system-world.ts';
import { createEngine } from '../../src/main/transfer/engine.ts';
import { fromBase64url } from '../../src/shared/base64url.ts';
import type { Person, TransferView } from '../../src/shared/views.ts';
import { makeTestIdentity } from './connect-person.ts';
import { nodeWorld } from './connect-world.ts';
import { laneOf } from './link-lane.ts';

/** A whole peer in one process: `src/connect` and the engine, without the app and without a page. */
export interface PeerWithoutPage {
  readonly key: string;
  /** Offers these paths to whoever is linked first. */
  send(...paths: string[]): Promise<void>;
  /** Resolves when a transfer has come to this state. */
  reach(state: TransferView['state']): Promise<TransferView>;
  close(): Promise<void>;
}

export interface PeerOptions {
  readonly name: string;
  readonly code: string;
  readonly broker: string;
  readonly downloads: string;
}

export async function startPeer({ name, code, broker, downloads }: PeerOptions): Promise<PeerWithoutPage> {
  const identity = makeTestIdentity();
  const { topic, sealingKey } = await deriveRoomKeys(code);
  const met = deferred<Person>();
  const reached = new Map<string, ReturnType<typeof deferred<TransferView>>>();

  function whenReached(state: string): ReturnType<typeof deferred<TransferView>> {
    const waiting = reached.get(state) ?? deferred<TransferView>();
    reached.set(state, waiting);
    return waiting;
  }

  const engine = createEngine({
    world: createSystemWorld(createDisk(nodeFs)),
    incomingFolder: () => downloads,
    folderLabel: (path) => path,
    shouldAccept: () => true,
    onNotAccepted: () => undefined,
    onChange: (view) => whenReached(view.state).resolve(view),
    onForgotten: () => undefined,
    onLaneWord: () => undefined,
    onListenerError(error) {
      throw error;
    },
  });

  const room = joinRoom({
    world: nodeWorld,
    topic,
    sealingKey: fromBase64url(sealingKey),
    name,
    carriers: [brokerAt(broker)],
    iceServers: [],
    sign: identity.sign,
    onNetwork: () => undefined,
    onLink(link) {
      const person = { key: link.key, session: link.session, name: link.name };
      engine.attach(person, laneOf(link));
      met.resolve(person);
    },
  });

  return {
    key: identity.key,
    async send(...paths) {
      engine.offer(await createPathSource(paths), await met.promise);
    },
    reach: (state) => whenReached(state).promise,
    async close() {
      await engine.close();
      await room.leave();
    },
  };
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
