import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { useAcquaintances } from './acquaintances.tsx';
import { AlertIcon, CheckIcon } from './icons.tsx';

const words = text.samePerson;

/**
 * On a person's card: the way to compare words, or the mark that they were compared. Before the key is proven, only the
 * place of it.
 */
export function PersonCheck({ member }: { member: MemberView }): JSX.Element | null {
  const { byKey, compare } = useAcquaintances();
  const person = byKey.get(member.key ?? '');
  if (!person) {
    if (member.key !== null || member.reason) return null;
    return (
      <p class="person-check reserved" aria-hidden="true">
        <span class="quiet-link">{words.ask}</span>
      </p>
    );
  }
  const { standing } = person;
  return (
    <p class="person-check">
      <button
        type="button"
        class={standing.kind === 'known' ? 'quiet-link person-mark' : 'quiet-link'}
        title={standing.kind === 'known' ? words.comparedWith(member.name) : undefined}
        onClick={() => compare(person, member.name)}
      >
        {standing.kind === 'known' && <CheckIcon />}
        <bdi>{standing.kind === 'known' ? markOf(standing.as) : words.ask}</bdi>
        <span class="visually-hidden">
          {' '}
          {standing.kind === 'known' ? words.comparedWith(member.name) : words.askOf(member.name)}
        </span>
      </button>
    </p>
  );
}

function markOf(as: string | null): string {
  return as === null ? words.compared : words.knownAs(as);
}

/** Loud, since it may be somebody who wants to be taken for somebody else. */
export function StrangerWarning({ member }: { member: MemberView }): JSX.Element | null {
  const { byKey } = useAcquaintances();
  if (byKey.get(member.key ?? '')?.standing.kind !== 'stranger') return null;
  return (
    <div class="person-stranger">
      <AlertIcon />
      <p>
        <strong>{words.stranger}</strong> {words.strangerDetail}
      </p>
    </div>
  );
}
