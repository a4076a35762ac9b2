import { type LinkTerms, usualLinkTerms } from '../../src/connect/link-terms.ts';
import { mayDirect } from '../../src/main/person-settings.ts';
import { directCapability } from '../../src/shared/protocol/lane-messages.ts';

/** What a person has set about the ways to others, as the app's settings have it. */
export interface WorldSettings {
  readonly direct: boolean;
  readonly relayOnly: boolean;
  readonly hideLocalAddresses: boolean;
}

/** As an app is set at first. */
export const usualSettings: WorldSettings = { direct: true, relayOnly: false, hideLocalAddresses: false };

/** As main and the page make them of settings. */
export function linkTermsOf(settings: WorldSettings): LinkTerms {
  const { relayOnly, hideLocalAddresses } = settings;
  const capabilities = mayDirect(settings) ? [directCapability] : [];
  return { ...usualLinkTerms, capabilities, relayOnly, hideLocalAddresses };
}
