import { type DataChannel, PeerConnection } from 'node-datachannel';
import type { Keys } from './keys.ts';
import type { Member } from './member.ts';
import { isMessage, type Message, parseMessage, textOf } from './messages.ts';
import { newId } from './room.ts';
import { createInbox, type Inbox } from './waiting.ts';

/** An open data channel to a victim, before anybody has said who they are. */
export interface Channel {
  readonly transcript: Transcript;
  /** Strings that came, parsed; what is no JSON object is left out. */
  readonly texts: Inbox<Message>;
  readonly closed: boolean;
  /** Bytes that wait in the channel's buffer. */
  readonly backlogBytes: number;
  onBytes(listener: (message: Buffer) => void): void;
  text(message: Message): void;
  bytes(message: Uint8Array): void;
  close(): void;
}

/** What both installations sign, as this side sees it; PROTOCOL.md, "The hello". */
export interface Transcript {
  topic: string;
  link: string;
  role: 'offerer' | 'answerer';
  ownSession: string;
  peerSession: string;
  ownPrint: string;
  peerPrint: string;
}

/** Null when no channel opened in time. `describe` may falsify what this side says of itself. */
export async function openChannel(
  member: Member,
  peer: string,
  { describe = (sdp: string) => sdp, withinMs = 30_000 } = {},
): Promise<Channel | null> {
  const connection = new PeerConnection('hostile', { iceServers: [], maxMessageSize: 262_144 });
  const offers = member.session > peer;
  const said = { link: offers ? newId() : '', own: '', peer: '' };
  const unsent: Message[] = [];
  let described = false;

  connection.onLocalDescription((sdp, type) => {
    said.own = describe(sdp);
    member.say({ type, to: peer, link: said.link, sdp: said.own });
    described = true;
    for (const candidate of unsent.splice(0)) sayCandidate(candidate);
  });
  connection.onLocalCandidate((line, sdpMid) => {
    const candidate = { candidate: line.replace(/^a=/, ''), sdpMid };
    if (described) sayCandidate(candidate);
    else unsent.push(candidate);
  });
  function sayCandidate(candidate: Message): void {
    member.say({ type: 'candidates', to: peer, link: said.link, candidates: [candidate] });
  }

  const opened = new Promise<DataChannel>((done) => {
    if (offers) {
      const channel = connection.createDataChannel('hostile');
      channel.onOpen(() => done(channel));
    } else connection.onDataChannel(done);
  });
  // Before anything can have come on it.
  const listening = opened.then((channel) => listen(channel, connection));

  const type = offers ? 'answer' : 'offer';
  const description = await member.heard.take(
    ({ from, message }) => from === peer && message.type === type && message.to === member.session,
    withinMs,
  );
  if (!description) {
    connection.close();
    return null;
  }
  said.link = textOf(description.message, 'link');
  said.peer = textOf(description.message, 'sdp');
  connection.setRemoteDescription(said.peer.replace(/^a=candidate:.*\r\n/gm, ''), type);
  for (const line of said.peer.match(/candidate:.*/g) ?? []) connection.addRemoteCandidate(line, '0');
  let looking = true;
  const addCandidates = async (): Promise<void> => {
    const waiting: string[] = [];
    while (looking) {
      const heard = await member.heard.take(
        ({ from, message }) => from === peer && message.type === 'candidates' && message.link === said.link,
        waiting.length > 0 ? 100 : 1000,
      );
      for (const candidate of [...waiting.splice(0), ...candidatesOf(heard?.message)]) {
        // libdatachannel throws while it has not made its ICE transport yet.
        try {
          connection.addRemoteCandidate(candidate, '0');
        } catch {
          waiting.push(candidate);
        }
      }
    }
  };
  void addCandidates();

  const late = new Promise<null>((done) => setTimeout(done, withinMs, null).unref());
  const channel = await Promise.race([listening, late]);
  looking = false;
  if (!channel) {
    connection.close();
    return null;
  }
  return Object.assign(channel, {
    transcript: {
      topic: member.room.topic,
      link: said.link,
      role: offers ? ('offerer' as const) : ('answerer' as const),
      ownSession: member.session,
      peerSession: peer,
      ownPrint: printOf(said.own),
      peerPrint: printOf(said.peer),
    },
  });
}

function candidatesOf(message: Message | undefined): string[] {
  const candidates = message?.candidates;
  if (!Array.isArray(candidates)) return [];
  return candidates.flatMap((each: unknown) => (isMessage(each) && each.candidate ? textOf(each, 'candidate') : []));
}

function printOf(sdp: string): string {
  const [, algorithm = '', print = ''] = /^a=fingerprint:(\S+) (\S+)/m.exec(sdp) ?? [];
  return `${algorithm.toLowerCase()} ${print.toUpperCase()}`;
}

function listen(channel: DataChannel, connection: PeerConnection) {
  const texts = createInbox<Message>();
  const early: Buffer[] = [];
  let onBytes: ((message: Buffer) => void) | null = null;
  let closed = false;
  channel.onMessage((data) => {
    if (typeof data === 'string') {
      const message = parseMessage(data);
      if (message) texts.put(message);
      return;
    }
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data);
    if (onBytes) onBytes(bytes);
    else early.push(bytes);
  });
  channel.onClosed(() => {
    closed = true;
  });

  /** The other side may end the link at any moment, also between the look and the word, which then is an error. */
  function say(word: () => void): void {
    try {
      if (channel.isOpen()) word();
    } catch {
      closed = true;
    }
  }

  return {
    texts,
    get closed() {
      return closed;
    },
    get backlogBytes() {
      return channel.isOpen() ? channel.bufferedAmount() : 0;
    },
    onBytes(listener: (message: Buffer) => void) {
      onBytes = listener;
      for (const message of early.splice(0)) listener(message);
    },
    text(message: Message) {
      say(() => channel.sendMessage(JSON.stringify(message)));
    },
    bytes(message: Uint8Array) {
      say(() => channel.sendMessageBinary(message));
    },
    close() {
      closed = true;
      connection.close();
    },
  };
}

/** A hello by these keys over a transcript, true or not. */
export function helloOf(keys: Keys, transcript: Transcript, name = 'Mallory'): Message {
  const { topic, link, role, ownSession, peerSession, ownPrint, peerPrint } = transcript;
  const lines = ['roomdrop-link-v1', topic, link, role, ownSession, peerSession, ownPrint, peerPrint];
  return {
    type: 'hello',
    versions: [1],
    name,
    capabilities: [],
    key: keys.publicKey.toString('base64url'),
    signature: keys.sign(Buffer.from(lines.join('\n'))).toString('base64url'),
  };
}
