import type { Bench } from './bench.ts';

/** Something that a connection may not like. */
type Try = (bench: Bench) => Promise<unknown>;

export type TryName = keyof typeof tries;

export const tries = {
  'an answer made without an offer': ({ answerer }) => answerer.createAnswer(),
  async 'an answer made to its own offer'(bench) {
    await bench.describe('offer sent');
    await bench.offerer.createAnswer();
  },
  async 'an offer made to an offer'(bench) {
    await bench.describe('offer taken');
    await bench.answerer.createOffer();
  },
  async 'an answer that nobody has asked for'(bench) {
    await bench.describe('answer taken');
    const { localDescription } = bench.answerer;
    if (localDescription) await bench.offerer.setRemoteDescription(localDescription);
  },
  async 'its own answer, twice'(bench) {
    await bench.describe('answer sent');
    const { localDescription } = bench.answerer;
    if (localDescription) await bench.answerer.setLocalDescription(localDescription);
  },
  async 'its own offer, twice'(bench) {
    await bench.describe('offer sent');
    const { localDescription } = bench.offerer;
    if (localDescription) await bench.offerer.setLocalDescription(localDescription);
  },
  async "the other side's offer, twice"(bench) {
    await bench.describe('offer taken');
    const { localDescription } = bench.offerer;
    if (localDescription) await bench.answerer.setRemoteDescription(localDescription);
  },
  async "another's offer as its own"(bench) {
    const offer = await bench.offerer.createOffer();
    await bench.answerer.setLocalDescription(offer);
  },
  async 'an offer that comes in while its own is out'(bench) {
    await bench.describe('offer sent');
    bench.answerer.createDataChannel('another');
    await bench.offerer.setRemoteDescription(await bench.answerer.createOffer());
    if (bench.offerer.signalingState !== 'have-remote-offer') throw new Error(bench.offerer.signalingState);
    if (bench.offerer.localDescription) throw new Error('its own still stands');
  },
  async 'a description, and a candidate right behind it'(bench) {
    const offer = await bench.offerer.createOffer();
    const described = bench.answerer.setRemoteDescription(offer);
    // It takes until later.
    if (bench.answerer.remoteDescription) throw new Error('at once');
    const candidate = 'candidate:1 1 udp 2122260223 192.0.2.77 9999 typ host';
    await bench.answerer.addIceCandidate({ candidate, sdpMid: '0' });
    await described;
  },
  async 'an offer made once it is closed'({ offerer }) {
    offerer.close();
    await offerer.createOffer();
  },
  async 'an answer made once it is closed'(bench) {
    await bench.describe('offer taken');
    bench.answerer.close();
    await bench.answerer.createAnswer();
  },
  async 'its description once it is closed'(bench) {
    const offer = await bench.offerer.createOffer();
    bench.offerer.close();
    await bench.offerer.setLocalDescription(offer);
  },
  async "the other side's description once it is closed"(bench) {
    const offer = await bench.offerer.createOffer();
    bench.answerer.close();
    await bench.answerer.setRemoteDescription(offer);
  },
  async 'a channel made once it is closed'({ offerer }) {
    offerer.close();
    offerer.createDataChannel('late');
  },
  async 'statistics once it is closed'({ offerer }) {
    offerer.close();
    await offerer.getStats();
  },
  async 'a close, twice'({ offerer }) {
    offerer.close();
    offerer.close();
  },
  async 'a message before the channel is open'({ offerers }) {
    offerers.send('early');
  },
  async 'a message once the channel is closing'(bench) {
    await bench.connect();
    bench.offerers.close();
    bench.offerers.send('late');
  },
  async 'a message once the other side has closed the channel'(bench) {
    await bench.connect();
    const closed = new Promise<void>((done) => bench.answerers?.addEventListener('close', done));
    bench.offerers.close();
    await closed;
    bench.answerers?.send('late');
  },
  async 'the largest message'(bench) {
    await bench.connect();
    bench.offerers.send(new Uint8Array(262_144));
  },
  async 'a message that is larger'(bench) {
    await bench.connect();
    bench.offerers.send(new Uint8Array(262_145));
  },
  async 'as many bytes as the buffer holds'(bench) {
    await bench.connect();
    for (let count = 0; count < 64; count++) bench.offerers.send(new Uint8Array(262_144));
  },
  async 'more of them'(bench) {
    await bench.connect();
    for (let count = 0; count < 65; count++) bench.offerers.send(new Uint8Array(262_144));
  },
} satisfies Record<string, Try>;
