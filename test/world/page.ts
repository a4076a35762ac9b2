import { joinRoom, type Room } from '../../src/connect/room.ts';
import { channelBeforeDirectTerms, channelTerms } from '../../src/main/lane/port-lane.ts';
import type { PeopleReporter } from '../../src/main/people.ts';
import { linkTranscriptBytes } from '../../src/shared/protocol/hello-proof.ts';
import { directCapability } from '../../src/shared/protocol/lane-messages.ts';
import type { NetworkView } from '../../src/shared/views.ts';
import { laneOf } from '../support/link-lane.ts';
import { iceServers } from './app.ts';
import type { Computer } from './broker.ts';
import { createWorldCryptography, type WorldIdentity } from './cryptography.ts';
import type { RoomSurroundings } from './room-surroundings.ts';
import { linkTermsOf, type WorldSettings } from './settings.ts';
import { createPower, type Power } from './timeline.ts';

/** One stay in the room: a session. */
export interface Stay {
  /** Null until it has one. */
  readonly session: string | null;
  readonly sinceMs: number;
  readonly computer: Computer;
  /** A link is to be made anew, since its hello has named less than one would now. */
  readonly isRemaking: boolean;
}

/** The page that is in the room, with the real room in it, from when it joins to when it leaves or is gone. */
export interface Page extends Stay {
  readonly power: Power;
  readonly room: Room;
  readonly reporter: PeopleReporter;
}

export interface PageOptions extends RoomSurroundings {
  readonly name: string;
  /** Of the computer. */
  readonly address: string;
  readonly identity: WorldIdentity;
  /** As they are now. */
  settings(): WorldSettings;
  /** What it tells main. */
  readonly reporter: PeopleReporter;
  onNetwork(view: NetworkView): void;
  log(what: string, told: unknown): void;
  /** A strand says hello, by its certificate's fingerprint. */
  onStrand?(fingerprint: string): void;
}

export function openPage(options: PageOptions): Page {
  const { timeline, chance, network, address, identity, signatures, reporter, log } = options;
  const power = createPower(timeline);
  /** What our hello has named, by the session that a link leads to. */
  const named = new Map<string, readonly string[]>();
  const mayName = (): readonly string[] => linkTermsOf(options.settings()).capabilities;
  const computer = {
    get isOn() {
      return power.isOn;
    },
    get isAway() {
      return network.isAway(address);
    },
    get moves() {
      return network.movesOf(address);
    },
  };
  const room = joinRoom({
    topic: options.topic,
    sealingKey: new Uint8Array(32),
    name: options.name,
    carriers: options.brokers.map((broker) => broker.from(computer)),
    iceServers,
    linkTerms: linkTermsOf(options.settings()),
    world: {
      platform: options.ether.platform(address, power),
      clock: power,
      cryptography: createWorldCryptography(chance.fork(), signatures),
      wallMs: () => 1_700_000_000_000 + timeline.now(),
      random: chance.next,
    },
    async sign(transcript) {
      if (transcript.introducedBy !== undefined) options.onStrand?.(transcript.binding.own);
      return { key: identity.key, signature: signatures.sign(identity.key, linkTranscriptBytes(transcript)) };
    },
    onNetwork(view) {
      if (!power.isOn) return;
      options.onNetwork(view);
      log('network', view);
      const linked = view.members.filter(({ state }) => state === 'connected').map(({ session }) => session);
      for (const session of [...named.keys()]) if (!linked.includes(session)) named.delete(session);
      reporter.members(view.members);
    },
    onLink(link) {
      if (!power.isOn) return link.close();
      log('link', link.name);
      const { id, role, capabilities } = link;
      const own = mayName();
      named.set(link.session, own);
      const terms = [own, capabilities].every((each) => each.includes(directCapability))
        ? channelBeforeDirectTerms
        : channelTerms;
      const person = { key: link.key, session: link.session, name: link.name };
      reporter.reached(person, laneOf(link, terms), { id, role, capabilities });
      link.onAnswered((addresses) => power.isOn && reporter.answered(id, addresses));
    },
  });
  return {
    power,
    room,
    reporter,
    computer,
    sinceMs: timeline.now(),
    get isRemaking() {
      return [...named.values()].some((each) => !mayName().every((name) => each.includes(name)));
    },
    get session() {
      return room.diagnostics().session;
    },
  };
}
