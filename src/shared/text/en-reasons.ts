import { displayName, formatBytes, formatCount } from '../format.ts';
import { limits } from '../protocol/limits.ts';
import type { ReasonCode } from '../reasons.ts';

/** What happened (`title`), then what it means for the files and what can be done (`detail`). Whole sentences both. */
export interface Sentence {
  readonly title: string;
  readonly detail?: string;
}

/** What a reason names. A missing part makes the sentence vaguer, never wrong. */
export type ReasonDetail = Readonly<Record<string, string | number>>;

function named(detail: ReasonDetail, key: string, otherwise: string): string {
  const value = detail[key];
  return value === undefined || value === '' ? otherwise : `“${displayName(String(value))}”`;
}

function plain(detail: ReasonDetail, key: string, otherwise: string): string {
  const value = detail[key];
  return value === undefined || value === '' ? otherwise : displayName(String(value));
}

function bytes(detail: ReasonDetail, key: string): string | null {
  const value = detail[key];
  return typeof value === 'number' && Number.isFinite(value) ? formatBytes(value) : null;
}

function count(detail: ReasonDetail, key: string, otherwise: string): string {
  const value = detail[key];
  return typeof value === 'number' && Number.isFinite(value) ? formatCount(value) : otherwise;
}

function server(detail: ReasonDetail): string {
  return detail.url === undefined ? 'A meeting server' : `The meeting server ${plain(detail, 'url', '')}`;
}

function upperFirst(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

export const enReasons: Record<ReasonCode, (detail: ReasonDetail) => Sentence> = {
  // transfers, as a whole
  declined: () => ({ title: 'The offer was declined.', detail: 'Nothing was copied.' }),
  'cancelled-by-me': () => ({ title: 'You cancelled this.', detail: 'Files that were already finished are kept.' }),
  'cancelled-by-peer': () => ({
    title: 'The other person cancelled this.',
    detail: 'Files that were already finished are kept.',
  }),
  'peer-quit': () => ({
    title: 'The other person left.',
    detail: 'Finished files are kept. To get the rest, meet in a room again and send it once more.',
  }),
  quit: () => ({
    title: 'Roomdrop was closed here.',
    detail: 'Finished files are kept. To get the rest, meet in a room again and send it once more.',
  }),
  'link-lost': () => ({
    title: 'The connection was lost.',
    detail: 'What has arrived is kept. It goes on by itself as soon as the connection is back.',
  }),
  'peer-left': () => ({
    title: 'The other person left the room.',
    detail: 'What has arrived is kept. It goes on by itself when you are in a room together again.',
  }),
  'peer-away': () => ({
    title: 'The other computer cannot be reached any more.',
    detail:
      'It may be asleep or without a network. What has arrived is kept, and it goes on by itself when it is back.',
  }),
  'left-room': () => ({
    title: 'You left the room.',
    detail: 'What has arrived is kept. It goes on by itself when you are in a room together again.',
  }),
  'paused-by-me': () => ({ title: 'You paused this.', detail: 'It goes on from here when you resume it.' }),
  'paused-by-peer': (detail) => {
    switch (detail.why) {
      case undefined:
        return { title: 'The other person paused this.', detail: 'It goes on when they resume it.' };
      case 'source-away':
        return {
          title: 'The other computer waits.',
          detail: 'The page that held the files was closed there. It goes on when the same files are dropped again.',
        };
      default:
        return {
          title: 'The other computer waits.',
          detail: 'Something there stands in the way. What has arrived is kept, and it goes on from there.',
        };
    }
  },
  'disk-full': () => ({
    title: 'The disk of this computer is full.',
    detail: 'What has arrived is kept. Free some space, then try again: it goes on where it stopped.',
  }),
  'peer-disk-full': () => ({
    title: 'The disk of the other computer is full.',
    detail: 'It goes on where it stopped once there is space again.',
  }),
  'not-enough-space': (detail) => {
    const needed = bytes(detail, 'needed');
    const free = bytes(detail, 'free');
    const kept = bytes(detail, 'kept');
    if (kept) {
      return {
        title: `Less than ${kept} would stay free on this computer, so this waits.`,
        detail: 'What has arrived is kept. Free some space and resume; or resume to use what is left all the same.',
      };
    }
    return {
      title:
        needed && free
          ? `There is not enough space: ${needed} needed, ${free} free.`
          : 'There is not enough space for these files.',
      detail: 'Free some space or choose another downloads folder in the settings, then accept.',
    };
  },
  'folder-gone': (detail) => ({
    title: `The folder ${named(detail, 'folder', 'for received files')} is not there any more.`,
    detail: 'Bring it back, or choose another downloads folder in the settings, then try again.',
  }),
  'folder-read-only': (detail) => ({
    title: `Roomdrop may not write to the folder ${named(detail, 'folder', 'for received files')}.`,
    detail: 'Allow writing there, or choose another downloads folder in the settings, then try again.',
  }),
  'write-failed': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} could not be written to the disk.`,
    detail: 'Other files are not affected. Check that the disk is connected and works, then try again.',
  }),
  'source-away': () => ({
    title: 'The page that held these files was closed or reloaded.',
    detail: 'Drop the same files again and it goes on where it stopped.',
  }),
  'transfer-unknown': () => ({
    title: 'The other computer does not know this transfer any more.',
    detail: 'What has arrived is kept. Send the files again to get the rest.',
  }),
  'some-files-failed': (detail) => ({
    title: `${upperFirst(count(detail, 'count', 'some'))} of the files could not be copied.`,
    detail: 'All the others are complete. Send the failed ones again.',
  }),
  'all-files-failed': () => ({
    title: 'None of the files could be copied.',
    detail: 'Nothing was left behind. Look at the list of files to see why.',
  }),
  'bad-offer': () => ({
    title: 'The other computer sent an offer that does not add up.',
    detail: 'It was refused and nothing was written. Both of you may need the same version of Roomdrop.',
  }),
  'too-many-offers': () => ({
    title: 'Too many offers are waiting for an answer.',
    detail: 'Wait until some are answered, then send this again.',
  }),
  'too-many-entries': (detail) => ({
    title: `There are too many files and folders in it${detail.count === undefined ? '' : ` (${count(detail, 'count', '')})`}.`,
    detail: `Roomdrop sends up to ${formatCount(limits.manifestEntries)} at once. Send it in parts, or pack it into one archive first.`,
  }),
  'protocol-error': () => ({
    title: 'The other computer said something that Roomdrop does not understand.',
    detail: 'The transfer was stopped; finished files are kept. Both of you may need the same version of Roomdrop.',
  }),
  'false-report': () => ({
    title: 'The other computer says that it has everything, and not everything was sent.',
    detail: 'What it really has cannot be told from here. Ask the person what arrived, and send the rest again.',
  }),

  // single files
  'file-missing': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} is not there any more.`,
    detail: 'The other files are not affected.',
  }),
  'file-changed': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} was changed while it was being sent.`,
    detail: 'It was not kept, because it would be a mixture. Send it again when it is finished.',
  }),
  'file-unreadable': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} cannot be read.`,
    detail: 'Check that you may open it. The other files are not affected.',
  }),
  'file-corrupt': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} arrived damaged again and again.`,
    detail: 'It was not kept. Send it again.',
  }),
  'file-name-refused': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} has a name that this computer cannot store.`,
    detail: 'Give it another name and send it again.',
  }),

  // room, brokers and links
  'code-length': (detail) => {
    const words = detail.words;
    if (typeof words !== 'number') return { title: 'A room code has five words.', detail: 'Type all five of them.' };
    if (words > 5) return { title: 'That is more than five words.', detail: 'A room code has exactly five.' };
    if (words === 0) return { title: 'Type the five words of the room code.' };
    const missing = 5 - words;
    return {
      title: `${missing === 1 ? 'One word is' : `${formatCount(missing)} words are`} still missing.`,
      detail: 'A room code has five words.',
    };
  },
  'code-word': (detail) => ({
    title: `${upperFirst(named(detail, 'word', 'one of the words'))} is not a word of a room code.`,
    detail:
      detail.suggestion === undefined
        ? 'Check how it is spelled.'
        : `Did you mean ${named(detail, 'suggestion', 'another one')}?`,
  }),
  'code-checksum': () => ({
    title: 'These five words do not belong together.',
    detail: 'One of them is a different word, or two have changed places. Compare them with the other person.',
  }),
  'room-full': (detail) => ({
    title: `This room is full: it holds ${count(detail, 'members', formatCount(limits.roomMembers))} people.`,
    detail: 'Join again when somebody has left, or start another room.',
  }),
  'room-open-elsewhere': () => ({
    title: 'This room is already open in another window.',
    detail: 'Go on there, or close it first.',
  }),
  'local-network-closed': () => ({
    title: 'Roomdrop may be kept out of the local network by macOS.',
    detail:
      'Look under System Settings, Privacy & Security, Local Network, and switch Roomdrop on. Nothing is lost; it tries again by itself.',
  }),
  'firewall-will-ask': () => ({
    title: 'Windows may ask whether Roomdrop may use the network.',
    detail:
      'Choose “Allow” for private networks, so that files can come straight from computers near you. Without it connections take longer, or fail.',
  }),
  'link-without-code': () => ({
    title: 'That link leads to no room.',
    detail: 'Ask for the five words and type them, or have the link sent again.',
  }),
  'broker-unreachable': (detail) => ({
    title: `${server(detail)} cannot be reached.`,
    detail: 'Roomdrop keeps trying. Transfers that run are not affected.',
  }),
  'broker-refused': (detail) => ({
    title: `${server(detail)} refuses the connection.`,
    detail: 'Roomdrop keeps trying and uses the others meanwhile.',
  }),
  'broker-misbehaves': (detail) => ({
    title: `${server(detail)} sends what it should not.`,
    detail: 'Roomdrop has ended the connection, tries again later, and uses the others meanwhile.',
  }),
  'link-timeout': () => ({
    title: 'The two computers could not reach each other in time.',
    detail: 'Roomdrop tries again. If it goes on, use the same network, or set up a TURN server in the settings.',
  }),
  'link-no-candidates': () => ({
    title: 'No direct way between the two computers was found.',
    detail:
      'Their networks do not let each other through. Use the same network, or set up a TURN server in the settings.',
  }),
  'link-closed': () => ({
    title: 'The connection was closed by the other computer.',
    detail: 'Roomdrop tries again by itself. What has arrived is kept.',
  }),
  'link-flooded': () => ({
    title: 'The other computer sent more messages than Roomdrop takes.',
    detail: 'The connection was ended. Roomdrop tries again after a while.',
  }),
  'hello-invalid': () => ({
    title: 'The other computer could not prove who it is.',
    detail: 'Nothing was exchanged with it. If it happens again, start a room with a new code.',
  }),
  'hello-timeout': () => ({
    title: 'The other computer connected but did not answer.',
    detail: 'Roomdrop tries again by itself.',
  }),
  'version-unknown': () => ({
    title: 'The other computer runs a version of Roomdrop that this one cannot talk to.',
    detail: 'Install the newest version on both.',
  }),
  'own-key': () => ({
    title: 'This is the same installation of Roomdrop, open twice.',
    detail: 'A room connects different people; close one of the two.',
  }),
  'room-locked': () => ({
    title: 'This room is locked.',
    detail: 'Ask somebody in it to unlock it. Roomdrop keeps trying, and you come in when they do.',
  }),
  removed: () => ({
    title: 'This person has removed you from their side.',
    detail: 'What has arrived is kept. It can go on if they let you back in; others here are not affected.',
  }),
  'removed-by-me': () => ({
    title: 'You removed this person.',
    detail: 'What has arrived is kept. It goes on by itself if you let them back in.',
  }),

  'turn-refused': () => ({
    title: 'The TURN server did not let Roomdrop in.',
    detail: 'Its user name or password may be wrong: check them in the settings. Roomdrop tries again.',
  }),
  'browser-unable': () => ({
    title: 'This browser cannot make the keys that Roomdrop needs.',
    detail: 'Open the same address in a new version of Chrome, Edge or Chromium, or use the desktop app.',
  }),
  'app-unreachable': () => ({
    title: 'Roomdrop does not answer.',
    detail: 'It was closed, or is just starting. Wait until this page is connected again, then try once more.',
  }),

  // settings and requests
  'setting-invalid': (detail) => {
    switch (detail.setting) {
      case 'brokers':
        return {
          title: `${upperFirst(named(detail, 'value', 'what you typed'))} is not an address of a meeting server.`,
          detail: 'It has to begin with wss:// or ws://. Nothing was changed.',
        };
      case 'downloads':
        return {
          title: `Received files cannot go to ${named(detail, 'value', 'what you typed')}.`,
          detail: 'Type the whole path of a folder on this computer. Nothing was changed.',
        };
      case 'iceServers':
        return {
          title: `${upperFirst(named(detail, 'value', 'what you typed'))} is not an address of a STUN or TURN server.`,
          detail: 'It has to look like stun:host:3478, or turn:user:password@host:3478. Nothing was changed.',
        };
      default:
        return { title: 'This setting cannot be used as it is.', detail: 'Check what you typed. Nothing was changed.' };
    }
  },
  'path-missing': (detail) => ({
    title: `There is nothing at ${named(detail, 'path', 'that place')}.`,
    detail: 'Check the name and the folder.',
  }),
  'path-unreadable': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'that place'))} cannot be read.`,
    detail: 'Check that you may open it.',
  }),
  'too-deep': (detail) => ({
    title: `${upperFirst(named(detail, 'path', 'a file'))} is inside too many folders.`,
    detail: `Roomdrop sends up to ${formatCount(limits.pathSegments)} inside each other. Pack the folder into one archive first. Nothing was offered.`,
  }),
  'nothing-to-send': () => ({
    title: 'There was nothing in it to send.',
    detail: 'Drop files or folders from your computer.',
  }),
  'nobody-here': () => ({
    title: 'Nobody is here to send this to.',
    detail: 'Share the room code first; files dropped while you wait are offered to whoever joins.',
  }),
  'too-many-known': () => ({
    title: `Roomdrop remembers ${formatCount(limits.knownPeople)} compared people, and no more.`,
    detail: 'Take the mark off somebody first.',
  }),
  'request-invalid': () => ({
    title: 'Roomdrop could not do that.',
    detail: 'Reload the page. If it happens again, restart Roomdrop.',
  }),
  'internal-error': (detail) => ({
    title: 'Something went wrong inside Roomdrop.',
    detail: `Files that arrived completely are safe. Try again, or restart Roomdrop. (${plain(detail, 'message', 'no details')})`,
  }),
};
