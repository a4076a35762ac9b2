import type { CandidateInit } from '../../world/standard.ts';
import { type Bench, createBench, type LaboratoryWorld, type Step } from './bench.ts';
import { type StoryName, stories } from './stories.ts';
import { type TryName, tries } from './tries.ts';

/** What a WebRTC says to this or that: "accepted", or the error's name. */
export interface Laboratory {
  /** Candidates given to the answerer, one after the other; the verdict of the last one. */
  candidate(moment: Moment, ...given: (CandidateInit | null)[]): Promise<string>;
  /** The offerer's first candidate as it is edited, given to the answerer, and where the answerer's ICE stays. */
  reach(edit: Edit, expected: string): Promise<string>;
  /** An offer as it is edited, given to the answerer; or an answer to the offerer. */
  description(type: 'offer' | 'answer', edit: Edit): Promise<string>;
  attempt(name: TryName): Promise<string>;
  story(name: StoryName): Promise<unknown>;
  /** `RTCIceCandidate`: what it finds in its line. */
  made(init: CandidateInit): unknown;
}

export type Moment = Step | 'after close';

export interface Edit {
  /** A regular expression. */
  readonly cut: string;
  readonly put: string;
  readonly usernameFragment?: string;
}

export function createLaboratory(world: LaboratoryWorld): Laboratory {
  const [platform] = world.platforms;

  async function at<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      bench.close();
    }
  }

  return {
    candidate(moment, ...given) {
      const bench = createBench(world);
      return at(bench, async () => {
        await bench.describe(moment === 'after close' ? 'answer sent' : moment);
        if (moment === 'after close') bench.answerer.close();
        let last = await verdictOf(() => bench.answerer.addIceCandidate(...given.slice(0, 1)));
        for (const each of given.slice(1)) last = await verdictOf(() => bench.answerer.addIceCandidate(each));
        return last;
      });
    },
    reach({ cut, put, usernameFragment }, expected) {
      const bench = createBench(world);
      return at(bench, async () => {
        const found = new Promise<CandidateInit>((done) =>
          bench.offerer.addEventListener('icecandidate', ({ candidate }) => {
            if (candidate && / udp \d+ [\d.]+ /.test(candidate.candidate)) done(candidate);
          }),
        );
        await bench.describe('answer taken');
        const { candidate = '', sdpMid = null, sdpMLineIndex = null } = await found;
        await bench.answerer.addIceCandidate({
          candidate: candidate.replace(new RegExp(cut), put),
          sdpMid,
          sdpMLineIndex,
          usernameFragment: usernameFragment ?? null,
        });
        const sinceMs = world.now();
        while (bench.answerer.iceConnectionState !== expected && world.now() - sinceMs < 20_000) await world.pause(5);
        // It may go on from there.
        await world.pause(400);
        return bench.answerer.iceConnectionState;
      });
    },
    description(type, { cut, put }) {
      const bench = createBench(world);
      return at(bench, async () => {
        await bench.describe(type === 'offer' ? 'offer sent' : 'answer sent');
        const [from, to] = type === 'offer' ? [bench.offerer, bench.answerer] : [bench.answerer, bench.offerer];
        const sdp = from.localDescription?.sdp?.replace(new RegExp(cut, 's'), put) ?? '';
        const verdict = await verdictOf(() => to.setRemoteDescription({ type, sdp }));
        return `${verdict}, ${to.signalingState}`;
      });
    },
    attempt(name) {
      const bench = createBench(world);
      return at(bench, () => verdictOf(() => tries[name](bench)));
    },
    story: (name) => stories[name](world),
    made(init) {
      try {
        const { address, port, type, protocol, priority, foundation, sdpMid, sdpMLineIndex, usernameFragment } =
          new platform.RTCIceCandidate(init);
        return { address, port, type, protocol, priority, foundation, sdpMid, sdpMLineIndex, usernameFragment };
      } catch (error) {
        return nameOf(error);
      }
    },
  };
}

async function verdictOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
