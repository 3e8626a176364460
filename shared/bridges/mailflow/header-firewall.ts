import type { TransportFacts } from '../../domain/mailflow/transport-message.ts';
import { editHeader, fieldValues } from '../../protocols/mime/edit-header.ts';

// The headers by which Exchange's servers tell each other about a message ("Header firewall", OfficeDocs-Exchange). Whoever is
// not trusted with them neither hands them in nor gets them. Between the two sides of a hybrid deployment those of the
// organisation travel under another name (CloudServicesMailEnabled of New-SendConnector and New-InboundConnector).

const organization = 'X-MS-Exchange-Organization-';
const forest = 'X-MS-Exchange-Forest-';
const crossPremises = 'X-MS-Exchange-CrossPremises-';

/** Who vouches for a message, and how. */
export type Trust = Pick<TransportFacts, 'authAs' | 'authSource' | 'authMechanism'>;

/** What is done with the headers of a message that comes in. */
export interface ArrivalHeaders extends Trust, Pick<TransportFacts, 'directionality'> {
  /** The sender is one of the organisation's own servers: its headers stay (ms-Exch-Accept-Headers-Organization). */
  readonly acceptsOrganization: boolean;
  /** It came from the other side of the hybrid deployment: its cross-premises headers become the organisation's, trust included. */
  readonly acceptsCrossPremises: boolean;
}

/**
 * The message as an organisation keeps it: without headers that it does not trust, with those that say whom it took it from;
 * and who vouches for it, which is the other side where that is believed.
 */
export function arrived(octets: Buffer, how: ArrivalHeaders): { readonly octets: Buffer; readonly trust: Trust } {
  const { acceptsOrganization, acceptsCrossPremises } = how;
  const carrier = acceptsCrossPremises ? crossPremises : acceptsOrganization ? organization : undefined;
  const trust = (carrier === undefined ? undefined : carriedTrust(octets, carrier)) ?? how;
  const stamps = [
    ['MessageDirectionality', how.directionality],
    ['AuthAs', trust.authAs],
    ['AuthSource', trust.authSource],
    ['AuthMechanism', trust.authMechanism],
  ] as const;
  const stamped = new Set(stamps.map(([name]) => name.toLowerCase()));
  const edited = editHeader(
    octets,
    (name) => {
      const promoted = after(name, crossPremises);
      if (promoted !== undefined)
        return acceptsCrossPremises && !stamped.has(promoted.toLowerCase()) ? `${organization}${promoted}` : undefined;
      const kept = after(name, organization);
      if (kept !== undefined) return acceptsOrganization && !stamped.has(kept.toLowerCase()) ? name : undefined;
      return after(name, forest) === undefined || acceptsOrganization ? name : undefined;
    },
    stamps.flatMap(([name, value]) => (value === '' ? [] : [`${organization}${name}: ${value}`])),
  );
  return { octets: edited, trust };
}

/** What a message says of who vouched for it; undefined where it says nothing that is understood. */
function carriedTrust(octets: Buffer, prefix: string): Trust | undefined {
  const said = (name: string): string => fieldValues(octets, `${prefix}${name}`)[0] ?? '';
  const authAs = (['Anonymous', 'Internal', 'External', 'Partner'] as const).find((one) => one === said('AuthAs'));
  const authSource = said('AuthSource');
  if (authAs === undefined || !/^[\w.-]{1,255}$/.test(authSource)) return undefined;
  const mechanism = said('AuthMechanism');
  return { authAs, authSource, authMechanism: /^[0-9a-f]{2}$/i.test(mechanism) ? mechanism : '' };
}

/** What is done with the headers of a message that goes out. */
export interface DepartureHeaders {
  /** To one of the organisation's own servers. */
  readonly keepsOrganization: boolean;
  /** To the other side of the hybrid deployment: the organisation's headers go as cross-premises ones. */
  readonly promotes: boolean;
}

/** The message as another organisation gets it. */
export function departed(octets: Buffer, { keepsOrganization, promotes }: DepartureHeaders): Buffer {
  if (keepsOrganization) return octets;
  return editHeader(octets, (name) => {
    const own = after(name, organization);
    if (own !== undefined) return promotes ? `${crossPremises}${own}` : undefined;
    return after(name, forest) === undefined && after(name, crossPremises) === undefined ? name : undefined;
  });
}

/** What follows a prefix, in any case; undefined where the name does not begin with it. */
function after(name: string, prefix: string): string | undefined {
  return name.toLowerCase().startsWith(prefix.toLowerCase()) ? name.slice(prefix.length) : undefined;
}
