import {
  displayName,
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatPercent,
  formatRate,
} from '../format.ts';
import { enAnimals, enHues } from './en-creatures.ts';
import { enDesktop } from './en-desktop.ts';
import { enGuard } from './en-guard.ts';
import { enReasons } from './en-reasons.ts';

const plurals = new Intl.PluralRules('en');

function counted(count: number, one: string, other: string): string {
  return `${formatCount(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

const files = (count: number): string => counted(count, 'file', 'files');
const folders = (count: number): string => counted(count, 'folder', 'folders');

/** `128 files in 6 folders`, `1 file`, `2 empty folders`. */
function contents(fileCount: number, folderCount: number): string {
  if (fileCount === 0) return counted(folderCount, 'empty folder', 'empty folders');
  return folderCount === 0 ? files(fileCount) : `${files(fileCount)} in ${folders(folderCount)}`;
}

/** The same and its size; what holds no file has none. */
function amount(fileCount: number, folderCount: number, bytes: number): string {
  const what = contents(fileCount, folderCount);
  return fileCount === 0 ? what : `${what}, ${formatBytes(bytes)}`;
}

const name = displayName;

/** What lies beside each other at the top is named by its first. */
function titled(title: string, entries: number): string {
  return entries > 1 ? `${name(title)} and ${formatCount(entries - 1)} more` : name(title);
}

export const en = {
  locale: 'en',

  brand: {
    name: 'Roomdrop',
    headline: 'Hand files to someone, straight across.',
    lead: 'Share five words, then drag. Your files go from your computer to theirs, and are stored nowhere in between.',
  },

  welcome: {
    start: 'Start a room',
    startLead: 'You get a code of five words to give to the other person.',
    starting: 'Starting…',
    join: 'Join with a code',
    joinLead: 'Type or paste the five words you were given.',
    joinAction: 'Join room',
    joining: 'Joining…',
    name: 'Others see you as',
    dropFirst: 'Start or join a room first.',
    dropFirstDetail: 'Then drop the files again.',
  },

  code: {
    label: 'Room code',
    placeholder: 'five words, like apple-river-…',
    completions: 'Words that fit',
    complete: 'All five words fit together.',
    progress: (done: number): string =>
      done > 5 ? `${formatCount(done)} words, where a code has 5` : `${formatCount(done)} of 5 words`,
    apart: '5 words that do not belong together',
    useInstead: (word: string): string => `Did you mean “${word}”?`,
    copy: 'Copy code',
    copied: 'Copied',
    copyFailed: 'The code could not be copied.',
    copyFailedDetail: 'Select the words and copy them by hand.',
  },

  room: {
    label: 'Room',
    leave: 'Leave room',
    settings: 'Settings',
    people: 'People here',
    you: (own: string): string => `You are here as ${name(own)}`,
    share: 'Whoever knows these five words can join.',
  },

  waiting: {
    title: 'Waiting for someone to join',
    titleOffline: 'Waiting for a connection',
    share: 'Read these five words to the other person, or send them. They choose “Join with a code” in Roomdrop.',
    stillAlone: 'Nobody yet?',
    checkCode: 'Is it the same five words on both computers?',
    checkApp: 'Has the other person opened Roomdrop and pressed “Join room”?',
    checkNetwork: 'Does their Roomdrop say “Online”, too?',
    drop: 'Drop files here already',
    dropDetail: 'They will be offered to whoever joins.',
  },

  standing: {
    alone: 'Will be offered to whoever joins',
    also: 'Also offered to whoever joins later',
    amount,
    withdraw: (title: string): string => `Do not offer ${name(title)} any more`,
  },

  people: {
    /** The color of an avatar, by its hue, and an animal. */
    creature: (hue: number, animal: number): string =>
      `${enHues[hue % enHues.length]} ${enAnimals[animal % enAnimals.length]}`,
    animals: enAnimals.length,
    /** A name that somebody else has, too. */
    toldApart: (who: string, creature: string): string => `${name(who)} · ${creature}`,
    everyone: 'Everyone',
    everyoneDetail: (count: number): string => `All ${formatCount(count)} connected people`,
    connecting: 'Connecting…',
    connected: 'Connected',
    reconnecting: 'Connection lost. Reconnecting…',
    closed: 'Not connected',
    left: (seconds: number): string => (seconds < 5 ? 'Left just now' : `Left ${formatDuration(seconds)} ago`),
    away: (seconds: number): string => (seconds < 5 ? 'Just gone' : `Not reachable for ${formatDuration(seconds)}`),
    path: { local: 'same network', direct: 'over the internet', relay: 'through a relay' },
    direct: 'Direct',
    rate: (bytesPerSecond: number): string => formatRate(bytesPerSecond).replace(' ', '\u00a0'),
    roundTrip: (ms: number): string => formatMilliseconds(ms),
    quality: { good: 'Fast answers', fair: 'Slower answers', poor: 'Slow answers' },
  },

  /** In one sentence each, on a card. */
  lane: {
    direct: 'Files go straight from computer to computer.',
    trying: 'A direct lane is taken as soon as there is one.',
    relayed: 'No direct lane: a relay passes everything on.',
    none: {
      off: 'No direct lane: the settings here allow none.',
      'no-addon': 'No direct lane: the part of Roomdrop that makes one does not run on this computer.',
      'peer-cannot': 'No direct lane: the other side makes none.',
      'older-link': 'No direct lane yet: it takes a new connection, which is made as soon as a broker is reached.',
      'no-path': 'No direct lane: the networks in between let none through.',
      resting: 'There is a direct lane, but at the moment files go faster without it.',
    },
  },

  samePerson: {
    ask: 'Same person?',
    askOf: (who: string): string => `Compare words with ${name(who)}`,
    compared: 'Compared',
    comparedWith: (who: string): string => `You have compared words with ${name(who)}`,
    knownAs: (before: string): string => `Known as ${name(before)}`,
    stranger: 'Not the one you know by this name.',
    strangerDetail:
      'You have compared words with somebody who is called so, and this is another key: a new computer of theirs, or somebody else. Compare words before you send anything.',
    title: 'The same person?',
    explain: 'Read yours to each other by phone: if they match, nobody sits between.',
    theirs: (who: string): string => `${name(who)} reads to you`,
    mine: 'You read to them',
    making: 'Making the words…',
    comparedBefore: 'You have compared these words before.',
    match: 'They match',
    differ: 'They differ',
    unmark: 'Take the mark off',
    doNotSend: (who: string): string => `Do not send anything to ${name(who)}.`,
    doNotSendDetail:
      'Take nothing from them either. This is somebody else, or somebody sits between the two of you. Leave this room, start a new one, and give its code to the right person alone, by phone.',
    close: 'Close',
    own: 'Your six words',
    ownHint: 'Everybody you meet sees these for you. Read them out by phone, and they can tell that it is you.',
  },

  send: {
    files: 'Send files',
    folder: 'Send folder',
    filesTo: (who: string): string => `Send files to ${name(who)}`,
    folderTo: (who: string): string => `Send folder to ${name(who)}`,
    filesToEveryone: 'Send files to everyone here',
    folderToEveryone: 'Send folder to everyone here',
    chooseFiles: 'Choose files',
    chooseFolder: 'Choose folder',
    preparing: 'Reading what you chose…',
  },

  drop: {
    idleOne: (who: string): string => `Drop files anywhere to send them to ${name(who)}`,
    idleMany: 'Drop files on a person, or on Everyone',
    idleConnecting: 'They will be offered as soon as someone is connected.',
    idleDetail: 'Files or whole folders, of any size.',
    overOne: (who: string): string => `Drop to send to ${name(who)}`,
    overNobody: 'Drop to offer to whoever joins',
    overConnecting: 'Drop to offer as soon as someone is connected',
    overMany: 'Drop on a person, or on Everyone',
    overCard: 'Drop here',
    choose: 'Who is it for?',
    chooseDetail: 'Drop it on a person, or on Everyone.',
    notConnected: (who: string): string => `${name(who)} is not connected right now.`,
    notConnectedDetail: 'Nothing was sent. Drop it again when the connection is there.',
  },

  request: {
    heading: 'Incoming',
    from: (who: string): string => `${name(who)} wants to send you`,
    contents: (fileCount: number, folderCount: number): string => contents(fileCount, folderCount),
    bytes: (bytes: number): string => formatBytes(bytes),
    into: (folder: string): string => `Goes to ${name(folder)}`,
    free: (bytes: number): string => `${formatBytes(bytes)} free`,
    noFit: (total: number, free: number): string =>
      `This does not fit: ${formatBytes(total)} to receive, only ${formatBytes(free)} free.`,
    noFitDetail: 'Free some space first, or choose another downloads folder in the settings.',
    accept: 'Accept',
    acceptAnyway: 'Accept anyway',
    decline: 'Decline',
    acceptLabel: (title: string, who: string): string => `Accept ${name(title)} from ${name(who)}`,
    acceptAnywayLabel: (title: string, who: string): string => `Accept anyway: ${name(title)} from ${name(who)}`,
    declineLabel: (title: string, who: string): string => `Decline ${name(title)} from ${name(who)}`,
  },

  contents: {
    show: 'Show what is in it',
    label: (title: string): string => `What is in ${name(title)}`,
    bytes: (bytes: number): string => formatBytes(bytes),
    folder: (fileCount: number, bytes: number): string =>
      fileCount === 0 ? 'empty' : `${files(fileCount)} · ${formatBytes(bytes)}`,
    soFar: (amount: string): string => `${amount} so far`,
    empty: 'There is nothing in it.',
    more: (left: number): string => `Show more (${formatCount(left)} left)`,
    unlisted: (count: number): string =>
      `And ${formatCount(count)} more, whose names come once the transfer has been accepted.`,
  },

  transfers: {
    active: 'In progress',
    ended: 'Finished',
    clearEnded: 'Clear finished',
    showAll: (count: number): string => `Show all ${formatCount(count)}`,
    to: (who: string): string => `To ${name(who)}`,
    from: (who: string): string => `From ${name(who)}`,
    titled,
    filesDone: (done: number, total: number): string =>
      total === 1 ? '1 file' : `${formatCount(done)} of ${files(total)}`,
    contents: (fileCount: number, folderCount: number): string => contents(fileCount, folderCount),
    bytesOf: (bytes: number, total: number): string => `${formatBytes(bytes)} of ${formatBytes(total)}`,
    bytes: (bytes: number): string => formatBytes(bytes),
    filesRate: (filesPerSecond: number): string => `${files(Math.max(1, Math.round(filesPerSecond)))}/s`,
    rate: (bytesPerSecond: number): string => formatRate(bytesPerSecond),
    landed: (folder: string): string => `In ${displayName(folder)}`,
    landedAs: (folder: string, given: string): string => `In ${displayName(folder)} as “${displayName(given)}”`,
    copyPath: 'Copy path',
    pathCopied: 'Path copied',
    copyPathFailed: 'The path could not be copied.',
    copyPathFailedDetail: (place: string): string => `It is ${displayName(place)}.`,
    timeLeft: (seconds: number): string => `${formatDuration(seconds)} left`,
    percent: (percent: number): string => formatPercent(percent),
    progressLabel: (title: string): string => `Progress of ${name(title)}`,
    progressText: (percent: number, state: string): string => `${formatPercent(percent)}, ${state}`,
    state: {
      offered: (who: string): string => `Waiting for ${name(who)} to answer`,
      acceptedOut: (who: string): string => `${name(who)} accepted, starting…`,
      acceptedIn: 'Starting…',
      sending: 'Sending',
      receiving: 'Receiving',
      pausedByMe: 'Paused by you',
      pausedByPeer: (who: string): string => `Paused by ${name(who)}`,
      pausedByBoth: (who: string): string => `Paused by you and ${name(who)}`,
      paused: 'Waiting',
      interrupted: 'Interrupted',
      verifying: 'Checking that all arrived well…',
      sent: 'Sent',
      received: 'Received',
      sentPartly: 'Sent in part',
      receivedPartly: 'Received in part',
      declinedByMe: 'You declined',
      declinedByPeer: (who: string): string => `${name(who)} declined`,
      cancelled: 'Cancelled',
      cancelledByMe: 'You cancelled',
      cancelledByPeer: (who: string): string => `${name(who)} cancelled`,
      failed: 'Not finished',
    },
    failedFiles: (count: number): string =>
      `${formatCount(count)} ${count === 1 ? 'file' : 'files'} could not be copied`,
    moreFailed: (count: number): string => `and ${formatCount(count)} more`,
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Try again',
    cancel: 'Cancel',
    withdraw: 'Withdraw',
    show: 'Show in folder',
    remove: 'Remove',
    /** Names the row a button belongs to, for screen readers. */
    actionOn: (action: string, title: string): string => `${action}: ${name(title)}`,
  },

  status: {
    heading: 'Meeting servers',
    explain: 'They only help two computers find each other. They never see your files, and cannot read what is sealed.',
    online: 'Online',
    connecting: 'Connecting…',
    offline: 'Offline',
    reached: (connected: number, total: number): string =>
      `${formatCount(connected)} of ${counted(total, 'meeting server', 'meeting servers')} reached`,
    broker: { connecting: 'Connecting…', connected: 'Connected', waiting: 'Not reached, trying again' },
    none: 'No meeting server is set. Add one in the settings to find others.',
    downAlone: 'No meeting server can be reached. Trying again…',
    downAloneDetail: 'Check that this computer is online. You will join the room as soon as one answers.',
    downConnected: 'No meeting server can be reached. Trying again…',
    downConnectedDetail: 'Your transfers go on. Until one answers, nobody new can join.',
  },

  settings: {
    title: 'Settings',
    name: 'Your name',
    nameHint: 'What others in a room see.',
    downloads: 'Received files go to',
    downloadsChange: 'Change…',
    downloadsHint: 'The whole path of a folder on this computer.',
    accept: 'When someone offers files',
    acceptAsk: 'Ask me each time',
    acceptAskHint: 'You see what it is before anything is copied.',
    acceptAll: 'Accept everything',
    acceptAllHint: 'Everyone with the code can then fill your downloads folder.',
    brokers: 'Meeting servers',
    brokersHint: 'Addresses begin with wss:// or ws://. Both computers need at least one in common.',
    broker: (number: number): string => `Meeting server ${formatCount(number)}`,
    brokerAdd: 'Add a server',
    links: 'How you are connected',
    direct: 'Direct lane',
    relayOnly: 'Through relays only',
    hideLocalAddresses: 'Hide addresses in my network',
    linkHints: {
      direct:
        'Files go straight from computer to computer where the networks let them, much faster over long distances; not while one of the two below is on.',
      relayOnly:
        'Nobody in a room learns the address of this computer, and without a TURN server below nobody can be reached.',
      hideLocalAddresses:
        'Others are not told the address that this computer has inside your own network, where you may then not reach each other.',
    },
    linksHint: 'Counts for connections that are made from now on.',
    advanced: 'Connection helpers (STUN and TURN)',
    iceHint: 'STUN finds a direct way; TURN passes sealed bytes along where there is none.',
    iceUrl: 'Address',
    iceUser: 'User name',
    icePassword: 'Password',
    iceAdd: 'Add a helper',
    removeEntry: (what: string): string => `Remove ${name(what)}`,
    removeEmpty: 'Remove this line',
    nameMissing: 'Type a name, so that others know who you are.',
    save: 'Save',
    saving: 'Saving…',
    cancel: 'Cancel',
    version: (version: string): string => `Roomdrop ${version}`,
  },

  leave: {
    title: 'Leave while files are moving?',
    detail: (count: number): string =>
      `${counted(count, 'transfer is', 'transfers are')} not finished. What has arrived is kept, and the rest goes on when you are in a room together again.`,
    leave: 'Leave room',
    stay: 'Stay',
  },

  notices: {
    label: 'Notices',
    dismiss: 'Dismiss',
  },

  page: {
    opening: 'Opening Roomdrop…',
    gone: 'Roomdrop itself is not running any more',
    goneDetail:
      'Transfers have stopped; finished files are kept. Start Roomdrop again and open the address that it prints.',
    stranger: 'Open a new address from Roomdrop',
    strangerDetail:
      'The part after # lets one page in, once. Press Enter in the terminal where Roomdrop runs, and open the address that it prints. If it is not running any more, start it again first.',
    goneElectron: 'One moment…',
    goneElectronDetail: 'This window is reconnecting to Roomdrop.',
    detached: 'This room is open in another tab',
    detachedDetail: 'Only one tab at a time can hold it. Go on there, or bring it here.',
    takeOver: 'Use it here',
  },

  announce: {
    joined: (who: string): string => `${name(who)} is connected.`,
    left: (who: string): string => `${name(who)} has left.`,
    locked: 'The room is locked: nobody new can join.',
    unlocked: 'The room is open again.',
    removed: (who: string): string => `${name(who)} is removed from your side.`,
    removedMe: (who: string): string => `${name(who)} has removed you from their side.`,
    renewal: (who: string): string => `${name(who)} moves on to a new room and asks you along.`,
    stranger: (who: string): string =>
      `Careful: this is not the ${name(who)} whose words you have compared, but another key. Compare words before you send anything.`,
    lost: (who: string): string => `The connection to ${name(who)} was lost. Reconnecting.`,
    request: (who: string, title: string, fileCount: number, folderCount: number, bytes: number): string =>
      `${name(who)} wants to send you ${name(title)}: ${amount(fileCount, folderCount, bytes)}.`,
    sent: (title: string, who: string): string => `${name(title)} was sent to ${name(who)}.`,
    received: (title: string, who: string): string => `${name(title)} was received from ${name(who)}.`,
    ended: (title: string, state: string): string => `${name(title)}: ${state}.`,
    offline: 'No meeting server can be reached.',
    online: 'Meeting servers are reached again.',
  },

  guard: enGuard,
  desktop: enDesktop,
  reasons: enReasons,
};

/** What every language has to say. */
export type Catalogue = typeof en;
