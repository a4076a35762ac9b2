import type { Reason } from './reasons.ts';
import { type Catalogue, en } from './text/en.ts';
import type { Sentence } from './text/en-reasons.ts';

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
