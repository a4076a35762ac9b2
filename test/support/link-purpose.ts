import type { PortPurpose } from '../../src/shared/bridge.ts';
import type { Person } from '../../src/shared/views.ts';

type LinkPurpose = Extract<PortPurpose, { kind: 'link' }>;

/** What a page says of the port of a link to this person. */
export function linkPurpose(person: Person, part: Partial<LinkPurpose> = {}): LinkPurpose {
  return {
    kind: 'link',
    linkId: 'l',
    ...person,
    role: 'offerer',
    capabilities: [],
    maxMessageBytes: 65_536,
    ...part,
  };
}
