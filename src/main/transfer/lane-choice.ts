/** What is known of a lane when one is to be chosen. */
export interface LaneStanding {
  readonly preference: number;
  /** Bytes a second that it carried lately when it was full; null when nobody knows. */
  readonly bytesPerSecond: number | null;
  /** It stands still, or did until a moment ago, or the peer cannot be heard on it. */
  readonly troubled: boolean;
}

/** A lane must be so much faster than a preferred one to be taken before it: what is measured is never quite the same. */
const clearlyFaster = 2;

/**
 * Which of the lanes to one person is to carry what is sent: one without trouble, of those the preferred one, unless
 * another has been measured to be clearly faster; and that stays as long as it is faster at all. Null without lanes.
 */
export function chooseLane<T extends LaneStanding>(lanes: readonly T[], current: T | null): T | null {
  const sound = lanes.filter((lane) => !lane.troubled);
  const preferred = best(sound, (lane) => lane.preference);
  // All are in trouble: to change would help nobody.
  if (!preferred) return current && lanes.includes(current) ? current : best(lanes, (lane) => lane.preference);
  const { bytesPerSecond } = preferred;
  if (bytesPerSecond === null) return preferred;
  const faster = sound.filter(
    (lane) => (lane.bytesPerSecond ?? 0) > bytesPerSecond * (lane === current ? 1 : clearlyFaster),
  );
  return best(faster, (lane) => lane.bytesPerSecond ?? 0) ?? preferred;
}

/** The first with the highest score. */
function best<T>(lanes: readonly T[], score: (lane: T) => number): T | null {
  return lanes.reduce<T | null>((found, lane) => (found && score(found) >= score(lane) ? found : lane), null);
}
