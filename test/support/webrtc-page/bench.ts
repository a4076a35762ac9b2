import type { StandardChannel, StandardConnection, StandardPlatform } from '../../world/standard.ts';

/** What a laboratory is given: Chromium's WebRTC and clock, or the world's. */
export interface LaboratoryWorld {
  /** Of two computers that reach each other. */
  readonly platforms: readonly [StandardPlatform, StandardPlatform];
  now(): number;
  pause(ms: number): Promise<void>;
}

/** Two connections, and all that either of them tells, in its order. */
export interface Bench {
  readonly offerer: StandardConnection;
  readonly answerer: StandardConnection;
  readonly offerers: StandardChannel;
  /** Null until the other side has heard of the channel. */
  readonly answerers: StandardChannel | null;
  /** Events, by their targets. */
  readonly told: { readonly offerer: string[]; readonly answerer: string[] };
  /** Descriptions, up to a step. */
  describe(until: Step): Promise<void>;
  /** All of them, and candidates, until the channel is open at both ends and nothing else is to come. */
  connect(): Promise<void>;
  close(): void;
}

const steps = ['nothing', 'offer made', 'offer sent', 'offer taken', 'answer sent', 'answer taken'] as const;
export type Step = (typeof steps)[number];

const stateOf = {
  signalingstatechange: 'signalingState',
  iceconnectionstatechange: 'iceConnectionState',
  connectionstatechange: 'connectionState',
  icegatheringstatechange: 'iceGatheringState',
} as const;

export function createBench({ platforms, pause }: LaboratoryWorld): Bench {
  const [here, there] = platforms;
  const [offerer, answerer] = [new here.RTCPeerConnection(), new there.RTCPeerConnection()];
  const told: Bench['told'] = { offerer: [], answerer: [] };
  let answerers: StandardChannel | null = null;

  function watch(connection: StandardConnection, into: string[]): void {
    for (const [type, state] of Object.entries(stateOf)) {
      connection.addEventListener(type, () => void into.push(`${state} ${connection[state]}`));
    }
    connection.addEventListener('icecandidate', ({ candidate }) => void into.push(candidate ? 'candidate' : 'no more'));
  }

  function watchChannel(channel: StandardChannel, into: string[]): void {
    // Chromium does not always get round to `closing`, and nobody listens to it.
    for (const type of ['open', 'close', 'bufferedamountlow']) {
      channel.addEventListener(type, () => void into.push(`${type}: ${channel.readyState}`));
    }
    channel.addEventListener('error', ({ error }) => void into.push(`error: ${error.name}`));
    channel.addEventListener('message', ({ data }) => void into.push(`message: ${shown(data)}`));
  }

  function trickle(from: StandardConnection, to: StandardConnection): void {
    from.addEventListener('icecandidate', ({ candidate }) => {
      // The other description is only just on its way.
      const give = (): void => {
        if (to.remoteDescription) void to.addIceCandidate(candidate);
        else void pause(1).then(give);
      };
      give();
    });
  }

  async function describe(until: Step): Promise<void> {
    const isWanted = (step: Step): boolean => steps.indexOf(step) <= steps.indexOf(until);
    if (!isWanted('offer made')) return;
    const offer = await offerer.createOffer();
    if (isWanted('offer sent')) await offerer.setLocalDescription(offer);
    if (isWanted('offer taken')) await answerer.setRemoteDescription(offer);
    if (!isWanted('answer sent')) return;
    const answer = await answerer.createAnswer();
    await answerer.setLocalDescription(answer);
    if (isWanted('answer taken')) await offerer.setRemoteDescription(answer);
  }

  const offerers = offerer.createDataChannel('link');
  watch(offerer, told.offerer);
  watchChannel(offerers, told.offerer);
  watch(answerer, told.answerer);
  answerer.addEventListener('datachannel', ({ channel }) => {
    answerers = channel;
    told.answerer.push(`datachannel: ${channel.readyState}`);
    watchChannel(channel, told.answerer);
  });

  return {
    offerer,
    answerer,
    offerers,
    get answerers() {
      return answerers;
    },
    told,
    describe,
    async connect() {
      trickle(offerer, answerer);
      trickle(answerer, offerer);
      await describe('answer taken');
      const isThere = (): boolean =>
        [told.offerer, told.answerer].every((events) =>
          ['connectionState connected', 'open: open', 'no more'].every((event) => events.includes(event)),
        );
      while (!isThere()) await pause(1);
    },
    close() {
      offerer.close();
      answerer.close();
    },
  };
}

function shown(data: unknown): string {
  if (typeof data === 'string') return data.length > 20 ? `${data.length} characters` : `"${data}"`;
  return data instanceof ArrayBuffer ? `${data.byteLength} bytes` : typeof data;
}
