import type { Reason } from './reasons.ts';
import { type Catalogue, en } from './text/en.ts';
import type { Sentence } from './text/en-reasons.ts';
import type { LaneView, LinkPath } from './views.ts';

/**
 * Every sentence a person reads, in their language. English is the only catalogue so far; another one is a second
 * object of type `Catalogue`, chosen here. Pure, so that the command line says the same as the screen.
 */
export const text: Catalogue = en;

export type { Catalogue, Sentence };

/** What happened, and, where there is more to say, what it means for the files and what can be done. */
export function reasonText(reason: Reason): Sentence {
  return text.reasons[reason.code](reason.detail ?? {});
}

/** The same in one line, for the command line and for screen readers. */
export function reasonLine(reason: Reason): string {
  const { title, detail } = reasonText(reason);
  return detail ? `${title} ${detail}` : title;
}

/** What there is to say of the lane, in a whole sentence. */
export function laneSentence({ kind, why }: LaneView, path: LinkPath | null): string {
  const words = text.lane;
  if (kind === 'direct') return words.direct;
  // Main does not see a relay: to it no address has answered yet, or none lets a lane through.
  if (path === 'relay' && (why === null || why === 'no-path')) return words.relayed;
  return why === null ? words.trying : words.none[why];
}
