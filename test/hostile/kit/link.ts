import { type Channel, helloOf, openChannel } from './channel.ts';
import { type Keys, makeKeys } from './keys.ts';
import { joinRoom, type Member, present } from './member.ts';
import type { Room } from './room.ts';
import { createTalk, type Talk } from './transfers.ts';

/** A link whose hello was true: what comes after it need not be. */
export interface HostileLink {
  readonly member: Member;
  readonly channel: Channel;
  readonly talk: Talk;
  leave(): void;
}

/** Comes in by the rules, under a key of its own. */
export async function link(room: Room, url: string, name = 'Mallory', keys: Keys = makeKeys()): Promise<HostileLink> {
  const member = await joinRoom(room, url);
  const peer = await present(member, name);
  const channel = await openChannel(member, peer);
  if (!channel) throw new Error('no data channel opened');
  const talk = createTalk((message) => channel.bytes(message));
  channel.onBytes((message) => talk.receive(message));
  channel.text(helloOf(keys, channel.transcript, name));
  await channel.texts.need('a hello', (text) => text.type === 'hello');
  const beating = setInterval(() => channel.text({ type: 'beat' }), 2000);
  return {
    member,
    channel,
    talk,
    leave() {
      clearInterval(beating);
      member.say({ type: 'bye' });
      channel.text({ type: 'bye' });
      channel.close();
      member.leave();
    },
  };
}
