/** How long things take and wait, in one place; tests shorten them. */
export interface Timings {
  /** A broker that has not accepted the connection by then is given up for now. */
  readonly brokerConnectMs: number;
  readonly brokerKeepaliveMs: number;
  /** Reconnecting to a broker: full jitter below these. */
  readonly brokerBackoffMs: Backoff;
  /** A connection that has stood for so long makes the backoff begin anew. */
  readonly brokerSteadyMs: number;
  /** Somebody alone announces themselves again. */
  readonly announceBackoffMs: Backoff;
  /** A message without its answer is sent again, counted from its first sending; then at doubled distances. */
  readonly repeatsMs: readonly number[];
  readonly repeatMostMs: number;
  /** Candidates gathered within this time share a message. */
  readonly candidateBatchMs: number;
  /** An attempt in which both sides have told all their candidates, and none works. */
  readonly afterCandidatesMs: number;
  /** Any attempt, until its channel is open. */
  readonly attemptMs: number;
  readonly attemptBackoffMs: Backoff;
  /** From the open channel to the verified hello. */
  readonly helloMs: number;
  readonly heartbeatMs: number;
  /** A link on which nothing at all has come for so long is dead. */
  readonly silenceMs: number;
  /** Path and round trip are looked up this often. */
  readonly statsMs: number;
  /** The second time sooner, then after twice as long each time: when a link is new, more of the peer's addresses are about to answer. */
  readonly statsSoonMs: number;
  /** A nonce is good for so long. */
  readonly nonceMs: number;
  /** Somebody of whom nothing was heard for so long, without a link, is gone. */
  readonly forgetMs: number;
  /** While a link has blocks to send, or strands, it is looked after this often. */
  readonly strandTickMs: number;
  /** Strands are added where a round trip takes longer. */
  readonly strandRoundTripMs: number;
  /** They are offered when blocks have waited for so long. */
  readonly strandWaitMs: number;
  /** New strands have so long to get going, then the rate is measured over so much time in which blocks wait; both longer on a long way. */
  readonly strandSettleMs: number;
  readonly strandMeasureMs: number;
  /** Once their number is found, it is left at that for so long. */
  readonly strandRestMs: number;
  /** A channel whose next block has not come for so long, longer on a long way, is not waited for: the others send what it has not delivered. */
  readonly strandStallMs: number;
  /** Without a block, either way, for so long there are no strands. */
  readonly strandIdleMs: number;
  /** What has been handed on is told at the latest after this. */
  readonly strandTakenMs: number;
  /** Leaving, or letting a link go, waits no longer than this for what is said last. */
  readonly goodbyeMs: number;
}

interface Backoff {
  readonly first: number;
  readonly most: number;
}

export const usualTimings: Timings = {
  brokerConnectMs: 15_000,
  brokerKeepaliveMs: 30_000,
  brokerBackoffMs: { first: 1000, most: 120_000 },
  brokerSteadyMs: 60_000,
  announceBackoffMs: { first: 30_000, most: 600_000 },
  repeatsMs: [2000, 5000, 15_000],
  repeatMostMs: 240_000,
  candidateBatchMs: 20,
  afterCandidatesMs: 10_000,
  attemptMs: 20_000,
  attemptBackoffMs: { first: 1000, most: 120_000 },
  helloMs: 10_000,
  heartbeatMs: 2000,
  silenceMs: 6000,
  statsMs: 5000,
  statsSoonMs: 500,
  nonceMs: 120_000,
  forgetMs: 600_000,
  strandTickMs: 100,
  strandRoundTripMs: 10,
  strandWaitMs: 250,
  strandSettleMs: 250,
  strandMeasureMs: 750,
  strandRestMs: 60_000,
  strandStallMs: 500,
  strandIdleMs: 10_000,
  strandTakenMs: 50,
  goodbyeMs: 1000,
};
