/** How links are made, from now on. */
export interface LinkTerms {
  /** Named in hellos, besides what this layer can by itself. */
  readonly capabilities: readonly string[];
  /** By TURN servers or not at all, and no address of this computer is signalled. */
  readonly relayOnly: boolean;
  /** Host candidates are not signalled, nor the addresses that others were made from. */
  readonly hideLocalAddresses: boolean;
  /** Links get further channels where these make them faster. */
  readonly strands: boolean;
}

export const usualLinkTerms: LinkTerms = {
  capabilities: [],
  relayOnly: false,
  hideLocalAddresses: false,
  strands: true,
};
