import type { DiskTrouble } from './faulty-disk.ts';
import type { Place } from './network.ts';
import { usualSettings, type WorldSettings } from './settings.ts';
import type { Spoiling } from './source.ts';
import { type Happening, type Moment, nameOf, type Story } from './story.ts';
import type { StrandTrouble } from './strand-troubles.ts';
import type { UdpTrouble } from './udp.ts';

/** A story as a person would tell it, line by line. */
export function tellStory({ people, brokers, places, caseless, settings, acts }: Story): string[] {
  const who = places.map((place, index) => {
    const isCaseless = caseless[index] ? ', on a disk without case' : '';
    return `  ${nameOf(index)} is ${placed(place)}${isCaseless}${set(settings?.[index])}`;
  });
  return [
    `${people} people and ${brokers} brokers:`,
    ...who,
    ...acts.flatMap((act, index) => [`  act ${index + 1}`, ...act.map((moment) => `    ${tell(moment)}`)]),
  ];
}

function set(settings: WorldSettings = usualSettings): string {
  const { direct, relayOnly, hideLocalAddresses } = settings;
  const ways = relayOnly ? ', by relays only' : hideLocalAddresses ? ', who hides local addresses' : '';
  return ways + (direct ? '' : ', who wants no direct lanes');
}

export function tell({ atMs, happening }: Moment): string {
  return `${(atMs / 1000).toFixed(1)} s: ${sentence(happening)}`;
}

const deeds: Readonly<Record<string, string>> = {
  crash: "'s computer loses its power",
  reload: "'s page is loaded anew",
  sleep: "'s computer is off the network",
  wake: "'s computer is on the network again",
  remap: "'s router forgets its mappings",
  doubt: ' wants to be asked before anything is accepted',
  trust: ' accepts everything',
  join: ' joins',
  leave: ' leaves',
};

function sentence(happening: Happening): string {
  if (happening.kind === 'attack') return `somebody hostile with the code attacks by ${happening.by}`;
  if ('broker' in happening) return brokerSentence(happening);
  const who = nameOf(happening.who);
  switch (happening.kind) {
    case 'rename':
      return `${who} is called ${happening.name} from now on`;
    case 'send':
      return `${who} sends ${happening.files} files of ${happening.bytes} bytes to everybody${spoiled(happening.spoiled)}`;
    case 'move':
      return `${who} moves: ${placed(happening.place)}`;
    case 'cut':
      return `nothing goes between ${who} and ${nameOf(happening.other)} any more`;
    case 'udp':
      return `${who}'s app ${udpSentence(happening.trouble)}`;
    case 'strands':
      return `${who}'s strands ${strandSentence(happening.trouble)}`;
    case 'direct':
      return `${who} ${happening.allowed ? 'allows' : 'wants no'} direct lanes`;
    case 'disk':
      return `${who}'s disk ${ails(happening.trouble)}`;
    default:
      return 'pick' in happening
        ? `${who} presses ${happening.kind} on transfer ${happening.pick}`
        : who + (deeds[happening.kind] ?? '');
  }
}

function strandSentence({ kind, ms }: StrandTrouble): string {
  return kind === 'goes' ? `go by themselves after ${ms} ms` : `stand still after ${ms} ms, for as long`;
}

function udpSentence(trouble: UdpTrouble): string {
  return trouble.kind === 'blocked' ? 'gets no datagrams through' : `loses ${trouble.percent} % of its datagrams`;
}

function spoiled(how: Spoiling | null): string {
  return how ? `, of which the first is ${how.replace('file-', '')} when it is read` : '';
}

function brokerSentence(happening: Extract<Happening, { broker: number }>): string {
  const which = `broker ${happening.broker}`;
  switch (happening.kind) {
    case 'broker-up':
      return `${which} is back`;
    case 'broker-down':
      return `${which} goes down`;
    case 'broker-flaps':
      return `${which} loses all connections`;
    case 'broker-mood':
      return `${which} is ${happening.mood} from now on`;
  }
}

function placed({ network, nat, relay }: Place): string {
  const way = nat === 'open' ? 'with an address of its own' : nat === 'blocked' ? 'without UDP' : `behind a ${nat} NAT`;
  return `in ${network}, ${way}${relay ? ', with a relay' : ''}`;
}

function ails(trouble: DiskTrouble): string {
  switch (trouble.kind) {
    case 'slow':
      return `takes ${trouble.ms} ms for each call`;
    case 'full':
      return `has room for ${trouble.bytes} bytes`;
    case 'read-only':
      return 'is read-only';
    case 'error':
      return `says ${trouble.code} at call ${trouble.afterCalls + 1}`;
  }
}
