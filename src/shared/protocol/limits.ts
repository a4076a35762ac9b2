/**
 * Every bound that a message from a peer, a broker or a person is held to, in one place.
 * Units are in the names. `docs/PROTOCOL.md` repeats the ones another implementation must keep.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const limits = {
  /** A sealed message from a broker, before any decryption. */
  signalBytes: 16 * KiB,
  /**
   * A packet from a broker; a larger one ends the connection. Far above a signal: honest brokers pass on whatever somebody
   * publishes, and that is not to cost the connection.
   */
  brokerPacketBytes: 1 * MiB,
  /** Signals decrypted from one broker in any ten seconds: twelve people who meet at once need 700. The rest are dropped and counted. */
  signalsPerTenSeconds: 1000,
  /** Challenges sent in any ten seconds; more newcomers than that have to announce themselves again. */
  challengesPerTenSeconds: 32,
  /** One SDP in an offer or answer; with its escapes it must fit into a signal. */
  sdpCharacters: 8 * KiB,
  /** One candidate line. */
  candidateCharacters: 512,
  /** Candidates in one message. */
  signalCandidates: 64,
  /** Distinct candidates kept for a link id until both descriptions stand: some may turn out to be of another ICE session. */
  waitingCandidates: 256,
  /** Distinct candidates of one attempt that the platform is given. */
  attemptCandidates: 64,
  /** A broker's address; longer ones are cut before they are compared. */
  urlCharacters: 512,
  /** Message ids remembered so that each counts once. */
  seenMessageIds: 4096,
  /** Members of one room, oneself included. */
  roomMembers: 12,
  /** A person's display name. */
  nameCharacters: 64,
  /** Keys whose six words are being made or wait for it; everybody in a room and some more. */
  personWordsWaiting: 16,
  /** Keys whose six words are remembered while the app runs. */
  personWordsKept: 64,
  /** People whose words have been compared. */
  knownPeople: 1000,

  /** Any message on the data channel. */
  linkMessageBytes: 64 * KiB,
  /** A control message of the transfer protocol, its class byte included. */
  controlBytes: 64 * KiB,
  /**
   * Control messages of one link, in the long run and at once, and their bytes: meant to stand above the fastest honest
   * ones (manifests of a million names, progress in thousands of small files). Then the link ends.
   */
  controlsPerSecond: 8000,
  controlsAtOnce: 16_000,
  controlBytesPerSecond: 64 * MiB,
  controlBytesAtOnce: 256 * MiB,
  /** Addresses of a peer that have answered on one link, as the page tells them. */
  answeredAddresses: 8,
  /** The same for the strings of a link; an honest side says one in two seconds. */
  linkStringsPerSecond: 20,
  linkStringsAtOnce: 200,
  /** What a link may say of the room's lock; an honest side says it once a second at most. The rest is dropped and counted. */
  locksPerSecond: 2,
  locksAtOnce: 10,
  /** Further channels of one link. Eight do best at a distance; sixteen get in each other's way. */
  strands: 8,
  /** Strands that a peer may begin; an honest one adds one in two seconds. The rest is dropped and counted. */
  strandOffersPerSecond: 1,
  strandOffersAtOnce: 16,
  /** Blocks that were sent by strands and not yet handed on there: what the sender keeps, and what the receiver puts in order. */
  strandWindowBytes: 16 * MiB,
  /** Installations that come into a locked room again. */
  lockKeys: 64,
  /** People whom one person has removed in a room; one more lets the oldest back in. */
  removedPeople: 64,
  /** Somebody who moves on to another code is heard again after so long. */
  renewalMs: 10_000,
  /**
   * Answers to what is said of transfers that are not known here, or are over. As many again are not answered; then the
   * link ends.
   */
  answersPerSecond: 200,
  answersAtOnce: 2000,
  /**
   * Charge of blocks on one lane that have no place here: of transfers that are over or unknown, of earlier bindings. Somebody
   * honest has a window of them on the way when a transfer is cancelled, or binds anew. Then the lane ends.
   */
  strayBytesPerSecond: 16 * MiB,
  strayBytesAtOnce: 256 * MiB,
  /** What one person says of the direct lane, by `lane-offer`, `lane-answer` and `lane-over`. The rest is dropped and counted. */
  laneWordsPerSecond: 4,
  laneWordsAtOnce: 16,
  /** Addresses that one side of a direct lane names. */
  laneCandidates: 16,
  /** One of them, or of those that have answered, as text. */
  laneAddressCharacters: 45,
  /** The smallest port that one of them may have. */
  lanePortLeast: 1024,
  /** Of those that the peer names, how many are probed; and of those that it did not name and whose probe came. */
  laneEndpoints: 8,
  /** Probes of one attempt until a pair is in use. */
  laneProbes: 64,
  /** Answers to the peer's probes, in the long run and at once; the rest is not answered. */
  probeAnswersPerSecond: 20,
  probeAnswersAtOnce: 128,
  /** A lane that takes no message of this size cannot carry transfers: every control message an honest side makes fits. */
  laneMessageBytes: 32 * KiB,
  /** Waiting in a lane of a peer that makes us talk and does not listen; then the lane is closed. */
  laneBacklogBytes: 64 * MiB,
  /** The smallest block a sender chooses on a slow path, header included. */
  smallestBlockBytes: 4 * KiB,
  /** Files and folders, also those folders that only longer paths name. */
  manifestEntries: 1_000_000,
  manifestBytes: 256 * MiB,
  /** Pages of a manifest, of about 16 KiB, asked for and not yet here. A sender keeps twice as many that wait to be sent. */
  pagesAhead: 4,
  /** The same on the direct lane: a hundred thousand names take 370 pages, each 4 of which would take a round trip. */
  directPagesAhead: 32,
  /** One relative path of a manifest, in UTF-8 bytes. */
  pathBytes: 4 * KiB,
  /** Names in one path: each but the last is a folder to be made, whether or not the manifest lists it. */
  pathSegments: 100,
  pendingOffersPerPeer: 16,
  /** Of all peers together: keys cost nothing. Those of people who have gone make room first. */
  pendingOffersPerRoom: 64,
  /** An offer that was not answered goes when its sender has been away so long; it comes again with them. */
  undecidedOfferMs: 30_000,
  /** Incoming transfers that have not ended, of all peers together, and what all of them name. */
  transfersPerRoom: 1024,
  entriesPerRoom: 3_000_000,
  /** Transfers from one peer that have not ended; `manifestEntries` bounds what all of them name. */
  transfersPerPeer: 256,

  /** The unit that is hashed, checked and asked for again. */
  segmentBytes: 16 * MiB,
  /** Sent but not yet written at the receiver. */
  windowStartBytes: 1 * MiB,
  windowUsualBytes: 4 * MiB,
  windowLargestBytes: 16 * MiB,
  /** The same on the direct lane: 100 MB a second at a round trip of 150 ms need half of it. */
  directWindowBytes: 64 * MiB,
  /** Any block on the direct lane, header included. */
  directBlockBytes: 256 * KiB,
  /** Automatic acceptance stops when less than this would stay free. */
  automaticFreeBytes: 1 * GiB,
  /** What a file or folder takes on a disk that does not tell, besides its bytes. */
  diskBlockBytes: 4 * KiB,
  /** A name on the receiving disk, in UTF-8 bytes. */
  diskNameBytes: 255,
  /** Files and folders of one folder that the page gets at once. */
  contentsItems: 200,
  /** Progress reported to the page, per transfer: what it draws anew each time costs as much as a megabyte on its way. */
  progressIntervalMs: 250,
} as const;
