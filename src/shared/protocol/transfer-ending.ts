/** How a transfer ends, in the words that go over the wire and onto the screen. */
export const endings = ['done', 'declined', 'cancelled', 'failed'] as const;
export type Ending = (typeof endings)[number];

export function isEnding(state: string): state is Ending {
  return endings.some((each) => each === state);
}
