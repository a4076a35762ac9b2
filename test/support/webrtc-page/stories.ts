import { createPeer, type Peer } from '../../../src/connect/simple-peer.ts';
import { type Bench, createBench, type LaboratoryWorld } from './bench.ts';

/** What is to be seen of connections that stand, and what becomes of them. */
type Story = (world: LaboratoryWorld) => Promise<unknown>;

export type StoryName = keyof typeof stories;

export const stories = {
  /** In Chromium, states of one kind do not wait for those of another: what has no order there is told apart. */
  async 'a meeting'(world) {
    const { told, close } = await connected(world);
    close();
    return each(told, /^iceConnectionState|^datachannel|^open/);
  },
  async 'descriptions in a meeting'(world) {
    const { told, close } = await connected(world);
    close();
    return each(told, /^signalingState/);
  },
  async 'the state of a meeting'(world) {
    const { told, close } = await connected(world);
    close();
    return each(told, /^connectionState/);
  },
  async 'gathering in a meeting'(world) {
    const { told, close } = await connected(world);
    close();
    return each(told, /^iceGatheringState|^no more/);
  },
  async 'candidates of a meeting'(world) {
    const { told, close } = await connected(world);
    close();
    return each(told, /^candidate|^no more/);
  },

  async 'a connection is closed'(world) {
    const bench = await connectedAnew(world);
    bench.answerer.close();
    const atOnce = [...statesOf(bench.answerer), bench.answerers?.readyState];
    const told = await untilClosed(world, bench, 'answerer', 'offerer');
    const after = statesOf(bench.offerer);
    bench.offerer.close();
    // Nothing else is told.
    await world.pause(50);
    return { atOnce, after, told };
  },
  async 'a connection is closed before anything was said'(world) {
    const bench = createBench(world);
    bench.offerer.close();
    const atOnce = [...statesOf(bench.offerer), bench.offerers.readyState];
    const { offerer } = await untilClosed(world, bench, 'offerer');
    bench.answerer.close();
    return { atOnce, told: channelsOf(offerer) };
  },
  async 'a channel is closed'(world) {
    const bench = await connectedAnew(world);
    bench.offerers.close();
    const atOnce = bench.offerers.readyState;
    const told = await untilClosed(world, bench, 'offerer', 'answerer');
    const after = statesOf(bench.offerer);
    bench.close();
    return { atOnce, after, told };
  },
  async 'a channel is closed at both ends'(world) {
    const bench = await connectedAnew(world);
    bench.offerers.close();
    bench.answerers?.close();
    const told = await untilClosed(world, bench, 'offerer', 'answerer');
    bench.close();
    return told;
  },
  async 'a channel is closed before its connection stands'(world) {
    const bench = createBench(world);
    bench.offerers.close();
    const atOnce = bench.offerers.readyState;
    const { offerer } = await untilClosed(world, bench, 'offerer');
    bench.close();
    return { atOnce, told: channelsOf(offerer) };
  },
  async 'a channel is closed behind what is still to be sent'(world) {
    const bench = await connectedAnew(world);
    bench.answerers?.send('first');
    bench.answerers?.send(new Uint8Array(200_000));
    bench.answerers?.close();
    const { offerer, answerer } = await untilClosed(world, bench, 'offerer', 'answerer');
    bench.close();
    // The buffer may be empty before this side gets to say so.
    return { offerer, answerer: channelsOf(answerer) };
  },
  /** As simple-peer does it: what is still to be sent is not. */
  async 'a channel and its connection are closed together'(world) {
    for (;;) {
      const bench = await connectedAnew(world);
      bench.answerers?.send('first');
      for (let count = 0; count < 60; count++) bench.answerers?.send(new Uint8Array(262_144));
      bench.answerers?.close();
      bench.answerer.close();
      const { offerer, answerer } = await untilClosed(world, bench, 'answerer', 'offerer');
      bench.offerer.close();
      const bytes = offerer.filter((event) => event === 'message: 262144 bytes').length;
      // A busy machine may have sent it all before it gets to the second close.
      if (bytes < 60) return { offerer: offerer.filter((event) => !event.endsWith(' bytes')), answerer };
    }
  },
  async 'a connection is closed while its description is set'(world) {
    const bench = createBench(world);
    const offer = await bench.offerer.createOffer();
    let outcome = 'nothing';
    bench.offerer.setLocalDescription(offer).then(
      () => {
        outcome = 'set';
      },
      () => {
        outcome = 'rejected';
      },
    );
    bench.offerer.close();
    await world.pause(50);
    bench.answerer.close();
    return { outcome, told: bench.told.offerer.filter((event) => event.startsWith('signaling')) };
  },

  async 'messages arrive as they are'(world) {
    const bench = await connectedAnew(world);
    const { offerers } = bench;
    const type = offerers.binaryType;
    offerers.send('text, €');
    offerers.send('half a pair: \ud800');
    offerers.send('');
    offerers.send(new Uint8Array(0));
    const bytes = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4);
    offerers.send(bytes);
    offerers.send('x'.repeat(70_000));
    await until(world, bench.told.answerer, 'message: 70000 characters');
    bench.close();
    return { type, label: bench.answerers?.label, told: bench.told.answerer.filter((event) => event !== 'no more') };
  },
  async 'what is sent is in the buffer, and leaves it'(world) {
    const { offerers, told, close } = await connectedAnew(world);
    const amounts: number[] = [];
    const send = (data: string | Uint8Array<ArrayBuffer>): void => {
      offerers.send(data);
      amounts.push(offerers.bufferedAmount);
    };
    send('abc');
    send('€');
    await until(world, told.offerer, 'bufferedamountlow: open');
    amounts.push(offerers.bufferedAmount);
    const emptied = told.offerer.length;
    offerers.bufferedAmountLowThreshold = 2;
    send('ab');
    await until(world, told.answerer, 'message: "ab"');
    // It was never above.
    const below = told.offerer.length - emptied;
    send('abc');
    await until(world, told.offerer, 'bufferedamountlow: open', emptied);
    const above = told.offerer.length - emptied;
    offerers.bufferedAmountLowThreshold = 150_000;
    send(new Uint8Array(100_000));
    send(new Uint8Array(100_000));
    await until(world, told.offerer, 'bufferedamountlow: open', emptied + above);
    const isBelow = offerers.bufferedAmount <= 150_000;
    close();
    return { amounts, below, above, isBelow };
  },

  async 'two simple-peers meet, and one goes'(world) {
    const told = { offerer: [] as string[], answerer: [] as string[] };
    const make = (side: 0 | 1): Peer =>
      createPeer({ initiator: side === 0, iceServers: [], relayOnly: false, wrtc: world.platforms[side] });
    const [offerer, answerer] = [make(0), make(1)];
    const connects = [offerer, answerer].map((peer) => new Promise<void>((done) => peer.on('connect', done)));
    for (const [peer, other, into] of [
      [offerer, answerer, told.offerer],
      [answerer, offerer, told.answerer],
    ] as const) {
      peer.on('signal', (data) => {
        into.push(`signal ${data.type}`);
        void world.pause(1).then(() => other.signal(JSON.stringify(data)));
      });
      peer.on('iceStateChange', (connection) => into.push(`ice ${connection}`));
      for (const event of ['connect', 'close'] as const) peer.on(event, () => into.push(event));
      peer.on('data', (data) => into.push(`data ${data}`));
      peer.on('error', (error) => into.push(`error ${'code' in error ? error.code : ''}`));
    }
    await Promise.all(connects);
    const data = new Promise((done) => offerer.on('data', done));
    answerer.send('words');
    await data;
    const closes = new Promise<void>((done) => offerer.on('close', done));
    answerer.destroy();
    await closes;
    // Candidates come as they like, and Chromium's word that the other connection was closed before or after the channel.
    const isInOrder = (event: string): boolean => event !== 'signal candidate' && event !== 'error ERR_DATA_CHANNEL';
    const of = (events: string[]): string[] => [...new Set(events.filter(isInOrder))];
    return { offerer: of(told.offerer), answerer: of(told.answerer) };
  },

  /** The slow one: who stays behind when the other connection is closed is not told so. */
  async 'somebody is left behind'(world) {
    const bench = await connectedAnew(world);
    bench.answerer.close();
    await untilClosed(world, bench, 'offerer');
    bench.told.offerer.length = 0;
    const sinceMs = world.now();
    while (bench.offerer.connectionState === 'connected' && world.now() - sinceMs < 20_000) await world.pause(50);
    const afterMs = world.now() - sinceMs;
    bench.offerer.close();
    return { isInTime: afterMs > 4000 && afterMs < 9000, told: bench.told.offerer };
  },
} satisfies Record<string, Story>;

async function connected(world: LaboratoryWorld): Promise<Bench> {
  const bench = createBench(world);
  await bench.connect();
  return bench;
}

type Told = Bench['told'];
type Side = keyof Told;

/** @param from so many that were told are of no interest */
async function until({ pause }: LaboratoryWorld, events: readonly string[], event: string, from = 0): Promise<void> {
  while (!events.slice(from).includes(event)) await pause(1);
}

async function untilClosed(world: LaboratoryWorld, { told }: Pick<Bench, 'told'>, ...sides: Side[]): Promise<Told> {
  for (const side of sides) await until(world, told[side], 'close: closed');
  return told;
}

/** What was told until now is forgotten. */
async function connectedAnew(world: LaboratoryWorld): Promise<Bench> {
  const bench = await connected(world);
  for (const events of [bench.told.offerer, bench.told.answerer]) events.length = 0;
  return bench;
}

function statesOf({ signalingState, iceConnectionState, connectionState }: Bench['offerer']): string[] {
  return [signalingState, iceConnectionState, connectionState];
}

/** `negotiationneeded` and the like come when they like. */
function channelsOf(told: readonly string[]): string[] {
  return told.filter((event) => /^(open|close|error):/.test(event));
}

/** What both sides were told of one kind, each once where it was told several times in a row. */
function each({ offerer, answerer }: Told, kind: RegExp): Told {
  const of = (events: string[]): string[] => distinct(events.filter((event) => kind.test(event)));
  return { offerer: of(offerer), answerer: of(answerer) };
}

function distinct(events: readonly string[]): string[] {
  return events.filter((event, index) => event !== events[index - 1]);
}
