import { usualLinkTerms } from '../connect/link-terms.ts';
import { brokerAt } from '../connect/mqtt/broker.ts';
import { joinRoom, type Room } from '../connect/room.ts';
import type { RoomWorld } from '../connect/room-world.ts';
import { fromBase64url } from '../shared/base64url.ts';
import type { AppState, Bridge } from '../shared/bridge.ts';
import { type GuardView, openGuardView } from '../shared/room-guard.ts';
import type { NetworkView } from '../shared/views.ts';
import { joinToPort } from './link-port.ts';

/** Keeps the page in the room that main names, with the settings as they are. */
export interface Meeting {
  /** Leaves the old room and joins the new one where anything that matters has changed; a name is only told, and how links are made counts for later ones (see `Room.setLinkTerms`). */
  follow(state: Pick<AppState, 'room' | 'settings' | 'capabilities' | 'guard'>): void;
  /** The room this page is in, for what a person does in it; null in none. */
  readonly room: Omit<Room, 'leave' | 'rename' | 'setLinkTerms' | 'diagnostics'> | null;
  /** Leaves; resolves when everybody has been told, or cannot be. */
  leave(): Promise<void>;
}

export interface MeetingEvents {
  onNetwork(network: NetworkView): void;
  onGuardView(view: GuardView): void;
}

export function createMeeting(bridge: Bridge, world: RoomWorld, { onNetwork, onGuardView }: MeetingEvents): Meeting {
  let joined: Room | null = null;
  let joinedAs = '';

  return {
    get room() {
      return joined;
    },
    follow({ room, settings, capabilities, guard }) {
      const { name, brokers, iceServers, relayOnly, hideLocalAddresses } = settings;
      const linkTerms = { ...usualLinkTerms, capabilities, relayOnly, hideLocalAddresses };
      const next = room ? JSON.stringify([room.topic, brokers, iceServers]) : '';
      if (next === joinedAs) {
        joined?.rename(name);
        joined?.setLinkTerms(linkTerms);
        return;
      }
      joinedAs = next;
      // Saying goodbye to brokers may take a moment; the next room does not wait for it.
      joined?.leave().catch(() => undefined);
      joined = room
        ? joinRoom({
            world,
            topic: room.topic,
            sealingKey: fromBase64url(room.sealingKey),
            name,
            carriers: brokers.map(brokerAt),
            iceServers,
            linkTerms,
            sign: (transcript) => bridge.call('linkSign', transcript),
            onNetwork(network) {
              if (next === joinedAs) onNetwork(network);
            },
            guard,
            onGuard(guard) {
              // A page that is not the app's any more has nothing to report.
              bridge.call('guardReport', { topic: room.topic, guard }).catch(() => undefined);
            },
            onGuardView(view) {
              if (next === joinedAs) onGuardView(view);
            },
            onLink: (link) => joinToPort(link, bridge),
          })
        : null;
      if (room) return;
      onNetwork({ brokers: [], members: [], trouble: null });
      onGuardView(openGuardView);
    },
    async leave() {
      const room = joined;
      joined = null;
      joinedAs = '';
      await room?.leave();
    },
  };
}
