import { hostname, userInfo } from 'node:os';
import { cleanName } from '../shared/protocol/peer-name.ts';

/** Accounts that are called so on every computer, and tell nobody who sits there. */
const everywhere = new Set([
  ...['root', 'admin', 'administrator', 'user', 'guest', 'owner', 'default', 'test', 'me'],
  ...['ubuntu', 'debian', 'fedora', 'pi', 'ec2-user', 'vagrant', 'node', 'runner', 'docker', 'app', 'nobody'],
]);

/**
 * How others see somebody who has not said a name: the account and the computer, since people tell their computers apart
 * by name, too. `ann (thinkpad)`; the computer alone where the account says nothing.
 */
export function guessName(account: string, host: string): string {
  const [computer = ''] = cleanName(host).split('.');
  const named = /^(localhost|\d+)?$/i.test(computer) ? '' : computer;
  const person = everywhere.has(account.trim().toLowerCase()) ? '' : cleanName(account);
  if (person === '' || named === '' || person.toLowerCase() === named.toLowerCase()) {
    return person || named || 'Somebody';
  }
  return cleanName(`${person} (${named})`);
}

/** For the account and the computer that this runs on. */
export function guessedName(): string {
  return guessName(accountName(), hostname());
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // There is no account entry for this user id, as in some containers.
    return '';
  }
}
