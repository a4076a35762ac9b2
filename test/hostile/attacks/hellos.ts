import type { AppProcess } from '../../support/app-process.ts';
import type { Broker } from '../kit/broker.ts';
import { type Channel, helloOf, openChannel, type Transcript } from '../kit/channel.ts';
import { makeKeys } from '../kit/keys.ts';
import { type Member, present } from '../kit/member.ts';
import type { Message } from '../kit/messages.ts';
import { newId, type Room, roomOf } from '../kit/room.ts';
import type { Scene } from '../scene.ts';
import type { Attack } from './attack.ts';

const someOtherPrint = `sha-256 ${'AB:'.repeat(31)}AB`;

/** Hellos that are signed, and about another link. */
const changes: [string, (transcript: Transcript) => Transcript][] = [
  ['another link', (true_) => ({ ...true_, link: newId() })],
  ['the other role', (true_) => ({ ...true_, role: true_.role === 'offerer' ? 'answerer' : 'offerer' })],
  ['another session', (true_) => ({ ...true_, ownSession: newId() })],
  ['for another session', (true_) => ({ ...true_, peerSession: newId() })],
  ['another fingerprint', (true_) => ({ ...true_, ownPrint: someOtherPrint })],
  ["another's fingerprint", (true_) => ({ ...true_, peerPrint: someOtherPrint })],
  ['another room', (true_) => ({ ...true_, topic: `roomdrop/${newId()}` })],
];

/** libdatachannel loses a connection now and then; that says nothing of the victim. */
async function reach(
  scene: Scene,
  room: Room,
  broker: Broker,
  what: string,
): Promise<{ member: Member; channel: Channel }> {
  for (let tries = 0; tries < 3; tries++) {
    const member = await scene.member(room, broker);
    const channel = await openChannel(member, await present(member));
    if (channel) return { member, channel };
    member.leave();
  }
  throw new Error(`no data channel opened for "${what}"`);
}

export const falseHellos: Attack = {
  name: 'false-hellos',
  tries: `${changes.length + 4} hellos that are not about this link, not signed, no hello, or the victim's own`,
  quick: true,
  async run(scene) {
    const broker = await scene.broker();
    const { app, room } = await scene.victim(broker);
    const lies: [string, (channel: Channel) => Promise<Message> | Message][] = [
      ...changes.map(([what, change]): [string, (channel: Channel) => Message] => [
        what,
        ({ transcript }) => helloOf(makeKeys(), change(transcript)),
      ]),
      ['not signed', ({ transcript }) => ({ ...helloOf(makeKeys(), transcript), signature: 'A'.repeat(86) })],
      ["another's key", ({ transcript }) => ({ ...helloOf(makeKeys(), transcript), key: keyOf(makeKeys()) })],
      ['a beat first', () => ({ type: 'beat' })],
      ["the victim's own", (channel) => channel.texts.need('a hello', ({ type }) => type === 'hello')],
    ];
    const believed: string[] = [];
    for (const [what, lie] of lies) {
      const { member, channel } = await reach(scene, room, broker, what);
      channel.text(await lie(channel));
      const refused = await channel.texts.take(({ type }) => type === 'refuse', 5000);
      if (!refused || isConnected(app, member.session)) believed.push(what);
      member.say({ type: 'bye' });
      channel.close();
      member.leave();
    }
    const figure = `${lies.length - believed.length} of ${lies.length} refused`;
    return { held: believed.length === 0, figure: [figure, ...believed].join('; ') };
  },
};

export const relayedHello: Attack = {
  name: 'relayed-hello',
  tries: 'Mallory stands between Ann and Bo and passes their hellos on',
  quick: false,
  async run(scene) {
    // Two brokers: Ann and Bo meet only him.
    const [atAnn, atBo] = [await scene.broker(), await scene.broker()];
    const ann = await scene.victim(atAnn);
    const code = (await ann.app.event('room')).code;
    const bo = await scene.app('--broker', atBo.url, '--name', 'Bo', '--room', code);
    await scene.page(bo);
    const channels = await Promise.all(
      [atAnn, atBo].map(async (broker) => {
        const member = await scene.member(roomOf(code), broker);
        const channel = await openChannel(member, await present(member));
        if (!channel) throw new Error('no data channel opened');
        scene.atEnd(() => channel.close());
        return { member, channel };
      }),
    );
    const [toAnn, toBo] = channels;
    if (!toAnn || !toBo) throw new Error('two channels are needed');
    const [annSays, boSays] = await Promise.all(
      channels.map(({ channel }) => channel.texts.need('a hello', ({ type }) => type === 'hello')),
    );
    if (annSays) toBo.channel.text(annSays);
    if (boSays) toAnn.channel.text(boSays);
    const refusals = await Promise.all(
      channels.map(({ channel }) => channel.texts.take(({ type }) => type === 'refuse', 5000)),
    );
    const linked = isConnected(ann.app, toAnn.member.session) || isConnected(bo, toBo.member.session);
    const refused = refusals.filter((each) => each?.reason === 'hello-invalid').length;
    return {
      held: !linked && refused === 2,
      figure: `${refused} of 2 refused, ${linked ? 'linked' : 'nobody linked'}`,
    };
  },
};

export const wrongFingerprint: Attack = {
  name: 'wrong-fingerprint',
  tries: 'a description whose fingerprint is not that of the certificate',
  quick: false,
  async run(scene: Scene) {
    const broker = await scene.broker();
    const { app, room } = await scene.victim(broker);
    const member = await scene.member(room, broker);
    const peer = await present(member);
    const describe = (sdp: string): string => sdp.replace(/(a=fingerprint:\S+) \S+/, `$1 ${'AB:'.repeat(31)}AB`);
    const channel = await openChannel(member, peer, { describe, withinMs: 6000 });
    const connected = isConnected(app, member.session);
    channel?.close();
    return { held: channel === null && !connected, figure: channel ? 'a channel opened' : 'no channel within 6 s' };
  },
};

function isConnected(app: AppProcess, session: string): boolean {
  return app.events.some((each) => each.event === 'peer' && each.id === session && each.state === 'connected');
}

function keyOf({ publicKey }: { publicKey: Buffer }): string {
  return publicKey.toString('base64url');
}
