import { helloOf, openChannel } from '../kit/channel.ts';
import { type Keys, makeKeys, sessionOf, smallOrderKeys } from '../kit/keys.ts';
import { type Member, present } from '../kit/member.ts';
import { newId } from '../kit/room.ts';
import { watch } from '../kit/waiting.ts';
import type { Attack } from './attack.ts';

export const smallOrderSignals: Attack = {
  name: 'small-order-signals',
  tries: `announcements under ${smallOrderKeys.length} session keys whose signatures need no private key`,
  quick: true,
  async run(scene) {
    const broker = await scene.broker();
    const { room } = await scene.victim(broker);
    const member = await scene.member(room, broker);
    // Now the victim is at the broker.
    await present(await scene.member(room, broker));
    for (const keys of smallOrderKeys) announceForged(member, keys);
    // An honest one's challenge comes behind all those.
    await present(member);
    const sessions = new Set(smallOrderKeys.map(sessionOf));
    const believed = member.heard.all.filter(
      ({ message }) => message.type === 'challenge' && sessions.has(String(message.to)),
    );
    return { held: believed.length === 0, figure: `${believed.length} of ${smallOrderKeys.length} keys were believed` };
  },
};

/** With new nonces until one of them can be signed: every second or third can. */
function announceForged(member: Member, keys: Keys): void {
  for (let tries = 0; tries < 100; tries++) {
    try {
      member.say({ type: 'announce', nonce: newId(), name: 'Nobody' }, keys);
      return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

export const smallOrderHello: Attack = {
  name: 'small-order-hello',
  tries: 'the identity point as an installation: key 01 00…, signature 01 00… and S = 0',
  quick: true,
  async run(scene) {
    const broker = await scene.broker();
    const { app, room } = await scene.victim(broker);
    const member = await scene.member(room, broker);
    const channel = await openChannel(member, await present(member));
    if (!channel) throw new Error('no data channel opened');
    scene.atEnd(() => channel.close());
    const [identity] = smallOrderKeys;
    channel.text(helloOf(identity ?? makeKeys(), channel.transcript));
    const refused = await channel.texts.take(({ type }) => type === 'refuse', 3000);
    await watch(100);
    const connected = app.events.some((each) => each.event === 'peer' && each.state === 'connected');
    return { held: !connected, figure: connected ? 'connected' : `refused: ${refused?.reason ?? 'silence'}` };
  },
};
