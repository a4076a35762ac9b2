import { displayName as name } from '../format.ts';

/** Of closing a room, of removing somebody, and of moving on to another code. */
export const enGuard = {
  lock: 'Lock room',
  unlock: 'Unlock room',
  renew: 'New code…',
  locked: 'This room is locked.',
  lockedDetail: 'Nobody new can join. Whoever was here before can come back.',
  keptOut: (count: number): string =>
    count === 1 ? 'Somebody new was kept out.' : `${count} newcomers were kept out.`,
  notLetIn: 'Not let in',

  remove: 'Remove…',
  removeLabel: (who: string): string => `Remove ${name(who)}`,
  removeTitle: (who: string): string => `Remove ${name(who)}?`,
  removeDetail:
    'Your connection to this person ends, and stays closed until you let them back in or leave the room. They are told so. Others in the room are not affected: to leave somebody behind for good, take a new code.',
  removeConfirm: 'Remove',
  removed: 'Removed by you',
  letBack: 'Let back in',
  letBackLabel: (who: string): string => `Let back in: ${name(who)}`,

  renewTitle: 'Move on to a new code?',
  renewDetail:
    'Those you choose are asked to come along; everybody else stays behind. Transfers with those who come go on, and what you offer to everyone is offered there, too.',
  renewNobody: 'Nobody is connected: you get a new room, and what you offer to everyone comes with you.',
  renewWho: 'Who comes along',
  renewConfirm: 'Get a new code',

  asksHeading: 'New room',
  asks: (who: string): string => `${name(who)} moves on to a new room`,
  asksDetail: 'Your transfers with those who go along go on there. Whoever is not asked stays here.',
  goAlong: 'Go along',
  stay: 'Stay',
  goAlongLabel: (who: string): string => `Go along with ${name(who)}`,
  stayLabel: (who: string): string => `Stay here, without ${name(who)}`,
  cancel: 'Cancel',
};
