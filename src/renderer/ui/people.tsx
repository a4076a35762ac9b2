import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { laneSentence, reasonText, text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { everyone, reachable } from './drop-target.ts';
import { isGone, isRemoved, stillHere, useSecondsHere } from './gone.ts';
import { ChevronIcon, PeopleIcon } from './icons.tsx';
import { PersonCheck, StrangerWarning } from './person-check.tsx';
import { PersonName } from './person-name.tsx';
import { PersonRemove } from './person-remove.tsx';
import { RemovedCard } from './removed-card.tsx';
import { SendButtons } from './send-buttons.tsx';
import type { Way } from './ways.ts';

const shortLabels = { files: text.send.files, folder: text.send.folder };

/** Who is here, each a target to drop on; everyone at once from two on. */
export function People({
  members,
  wayTo,
}: {
  members: readonly MemberView[];
  wayTo(key: string | null): Way | null;
}): JSX.Element {
  const connected = reachable(members);
  return (
    <section class="people" aria-labelledby="people-heading">
      <h2 id="people-heading" class="section-heading">
        {text.room.people}
        <span class="count">{stillHere(members).length}</span>
      </h2>
      <ul class="cards">
        {members.map((member) => (
          <PersonCard key={member.session} member={member} way={wayTo(member.key)} />
        ))}
        {connected.length > 1 && <EveryoneCard sessions={connected.map((member) => member.session)} />}
      </ul>
    </section>
  );
}

interface PersonProps {
  readonly member: MemberView;
  readonly way: Way | null;
}

/** Drawn again only when this member changed, or what is seen of the way to them. */
function PersonCard({ member, way }: PersonProps): JSX.Element {
  return useMemo(() => {
    if (isRemoved(member)) return <RemovedCard member={member} />;
    return isGone(member) ? <Gone member={member} /> : <Person member={member} way={way} />;
  }, [member, way?.lane, way?.rate]);
}

/** Nothing can be sent, but the place stays for whoever looks for it. */
function Gone({ member }: { member: MemberView }): JSX.Element {
  const { session, name, key, reason } = member;
  const id = `person-${session}`;
  const seconds = useSecondsHere();
  const words = text.people;
  return (
    <li class="card person gone" data-drop={session} data-session={session} data-state="closed" aria-labelledby={id}>
      <div class="person-head">
        <Avatar name={name} identity={key} />
        <div class="person-text">
          <PersonName id={id} name={name} />
          <p class="link-state">{reason?.code === 'peer-left' ? words.left(seconds) : words.away(seconds)}</p>
        </div>
      </div>
    </li>
  );
}

function Person({ member, way }: PersonProps): JSX.Element {
  const { session, name, state, key } = member;
  const id = `person-${session}`;
  return (
    <li class="card person" data-drop={session} data-session={session} data-state={state} aria-labelledby={id}>
      <div class="person-head">
        <Avatar name={name} identity={key} />
        <div class="person-text">
          <PersonName id={id} name={name} />
          <LinkState member={member} way={way} />
          <p class="drop-here" aria-hidden="true">
            {state === 'connected' ? text.drop.overCard : text.people[state]}
          </p>
          <PersonCheck member={member} />
        </div>
      </div>
      <StrangerWarning member={member} />
      {member.reason && state !== 'connected' && <Reason reason={member.reason} />}
      <SendButtons
        to={[session]}
        disabled={state !== 'connected'}
        labels={{ files: text.send.filesTo(name), folder: text.send.folderTo(name) }}
        short={shortLabels}
      />
      <PersonRemove member={member} />
    </li>
  );
}

/** What went wrong, and what can be done about it. */
function Reason({ reason }: { reason: NonNullable<MemberView['reason']> }): JSX.Element {
  const { title, detail } = reasonText(reason);
  return (
    <p class="person-reason">
      <strong>{title}</strong> {detail}
    </p>
  );
}

function quality(roundTripMs: number): keyof typeof text.people.quality {
  return roundTripMs < 100 ? 'good' : roundTripMs < 300 ? 'fair' : 'poor';
}

/** In a line, and behind it what main says of the way. */
function LinkState({ member, way }: PersonProps): JSX.Element {
  const { state, path } = member;
  const lane = way?.lane ?? null;
  const direct = lane?.kind === 'direct';
  const roundTripMs = (direct ? lane.roundTripMs : null) ?? member.roundTripMs;
  const words = text.people;
  if (state !== 'connected') {
    return (
      <p class="link-state" data-state={state}>
        {member.reason?.code === 'room-locked' ? text.guard.notLetIn : words[state]}
      </p>
    );
  }
  const parts = [
    direct ? words.direct : words.connected,
    path === null ? null : words.path[path],
    roundTripMs === null ? null : words.roundTrip(roundTripMs),
    direct && way && way.rate > 0 ? words.rate(way.rate) : null,
  ];
  const line = parts.filter((part) => part !== null).join(' · ');
  const look = {
    class: 'link-state',
    'data-state': state,
    'data-quality': roundTripMs === null ? undefined : quality(roundTripMs),
    title: roundTripMs === null ? undefined : words.quality[quality(roundTripMs)],
  };
  if (!lane) return <p {...look}>{line}</p>;
  return (
    <details class="link-details">
      <summary {...look}>
        {line}
        <ChevronIcon />
      </summary>
      <p class="hint">{laneSentence(lane, path)}</p>
    </details>
  );
}

function EveryoneCard({ sessions }: { sessions: readonly string[] }): JSX.Element {
  return (
    <li class="card person" data-drop={everyone} data-state="connected" aria-labelledby="person-everyone">
      <div class="person-head">
        <span class="avatar everyone" aria-hidden="true">
          <PeopleIcon />
        </span>
        <div class="person-text">
          <h3 id="person-everyone" class="person-name">
            {text.people.everyone}
          </h3>
          <p class="link-state">{text.people.everyoneDetail(sessions.length)}</p>
          <p class="drop-here" aria-hidden="true">
            {text.drop.overCard}
          </p>
        </div>
      </div>
      <SendButtons
        to={sessions}
        labels={{ files: text.send.filesToEveryone, folder: text.send.folderToEveryone }}
        short={shortLabels}
      />
    </li>
  );
}
