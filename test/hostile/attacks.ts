import type { Attack } from './attacks/attack.ts';
import { endlessPacket, grantAndHangUp, unreleased } from './attacks/brokers.ts';
import { foreignCandidates, loopbackCandidates } from './attacks/candidates.ts';
import { announceFlood, crowdedOut, replayedSignals } from './attacks/crowd.ts';
import { diskFloor, impliedFolders } from './attacks/disk.ts';
import { queryFlood, withdrawnOffers } from './attacks/floods.ts';
import { falseHellos, relayedHello, wrongFingerprint } from './attacks/hellos.ts';
import { smallOrderHello, smallOrderSignals } from './attacks/keys.ts';
import { brokenLaneWords, laneWordFlood } from './attacks/lane-words.ts';
import { falseDone, impossibleAccept } from './attacks/lies.ts';
import { brokenOffers } from './attacks/malformed.ts';
import { fileNamesAlike, hostileNames, overwriting, peopleAlike, windowsNames } from './attacks/names.ts';
import { muteSockets, noHost, socketBuffers, tokenInArguments, tokenReuse } from './attacks/neighbour.ts';
import { offersOfManyKeys, offersOfTheGone } from './attacks/offers.ts';
import {
  besideForgedProbes,
  forgedProbes,
  forgedWhileChecking,
  replayedProbes,
  trueProbeFlood,
} from './attacks/probes.ts';
import { laneStrangers, wrongSecret } from './attacks/strangers.ts';
import { endlessGap, forgedStreams, silentLane } from './attacks/streams.ts';

/** On the engine alone. */
export const engineAttacks: readonly Attack[] = [
  impliedFolders,
  diskFloor,
  offersOfManyKeys,
  falseDone,
  impossibleAccept,
  brokenOffers,
  fileNamesAlike,
  windowsNames,
  hostileNames,
  overwriting,
];

/** On main without its page: on its direct lane. */
export const directAttacks: readonly Attack[] = [
  forgedProbes,
  forgedWhileChecking,
  replayedProbes,
  trueProbeFlood,
  wrongSecret,
  laneStrangers,
  foreignCandidates,
  loopbackCandidates,
  brokenLaneWords,
  laneWordFlood,
  forgedStreams,
  endlessGap,
  silentLane,
  besideForgedProbes,
];

/** On the app as it is started. */
export const appAttacks: readonly Attack[] = [
  tokenInArguments,
  tokenReuse,
  socketBuffers,
  muteSockets,
  noHost,
  queryFlood,
  unreleased,
  endlessPacket,
  grantAndHangUp,
  offersOfTheGone,
  smallOrderSignals,
  smallOrderHello,
  peopleAlike,
  crowdedOut,
  falseHellos,
  relayedHello,
  wrongFingerprint,
  replayedSignals,
  announceFlood,
  withdrawnOffers,
];

export const allAttacks: readonly Attack[] = [...engineAttacks, ...directAttacks, ...appAttacks];
