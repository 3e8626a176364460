import type { DelegationRequest } from '../../../shared/bridges/authority/federation/on-behalf-of.ts';
import type { Assertion } from '../../../shared/protocols/saml/assertion.ts';
import type { OutgoingMessage } from '../../../shared/protocols/wstrust/message.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import type { Spoiling } from '../../support/delegation-requests.ts';
import { now, type Parties } from '../../unit/authority/delegation-parties.ts';

const memberNameInvalid = { status: '0x80048821', code: '0x80041034', text: 'The specified member name is either invalid or empty. ' };
const passwordsDiffer = { status: '0x80048821', code: '0x80041012', text: 'The entered and stored passwords do not match. ' };
const provisionNeeded = {
  status: '0x80048821',
  code: '0x80048821',
  text: 'Provision is needed before federated account can be logged in. ErrorWin32InteropError',
};
const authentication = (error: object) => ({ subcode: 'FailedAuthentication', reason: 'Authentication Failure', error });
/** What the service says. */
export const faults = {
  unknown: authentication(memberNameInvalid),
  proof: authentication(passwordsDiffer),
  domain: authentication(provisionNeeded),
  scope: { subcode: 'InvalidScope', reason: 'The request scope is invalid or unsupported', error: undefined },
  badRequest: { subcode: 'BadRequest', reason: 'The specified RequestSecurityToken is not understood.', error: undefined },
  invalidRequest: { subcode: 'InvalidRequest', reason: 'The request was invalid or malformed', error: undefined },
  notUnderstood: { subcode: '', reason: 'A header that must be understood is not understood.', error: undefined },
} as const;

/** A request that is spoilt, and its twin, which is as near to it as can be and is accepted. */
export interface Row {
  readonly what: string;
  readonly asked?: (parties: Parties) => Partial<DelegationRequest>;
  readonly spoilt?: Spoiling | ((parties: Parties) => Spoiling);
  readonly twin?: Spoiling | ((parties: Parties) => Spoiling);
  readonly twinAsks?: Partial<DelegationRequest>;
  readonly fault: keyof typeof faults;
  readonly check: string;
}

export const times = (created: number, expires: number) => ({
  message: (message: OutgoingMessage): OutgoingMessage => ({ ...message, times: { created: now + created, expires: now + expires } }),
});
export const covering = (...covers: readonly ('To' | 'Timestamp')[]) => ({
  message: (message: OutgoingMessage): OutgoingMessage =>
    message.signature === undefined ? message : { ...message, signature: { ...message.signature, covers } },
});
export const keyInfo = (nodes: readonly XmlElement[]) => ({
  message: (message: OutgoingMessage): OutgoingMessage =>
    message.signature === undefined ? message : { ...message, signature: { ...message.signature, keyInfo: nodes } },
});
export const text = (from: string | RegExp, to: string) => ({ text: (source: string): string => replaced(source, from, to) });
export const conditions = (change: Partial<NonNullable<Assertion['Conditions']>>) => ({
  assertion: (assertion: Assertion): Assertion => ({
    ...assertion,
    Conditions: { ...(assertion.Conditions ?? { AudienceRestrictionCondition: [] }), ...change },
  }),
});
export const audience = (...Audience: [string, ...string[]]) => conditions({ AudienceRestrictionCondition: [{ Audience }] });

/** Changes what the attribute statement says; the authentication statement stays. */
export function attributes(change: (statement: AttributeStatement) => AttributeStatement): Spoiling {
  return {
    assertion: (assertion) => ({
      ...assertion,
      statements: assertion.statements.map((one) =>
        one.is === 'AttributeStatement' ? { ...one, value: change(one.value) } : one,
      ) as unknown as Assertion['statements'],
    }),
  };
}
export type AttributeStatement = Extract<Assertion['statements'][number], { is: 'AttributeStatement' }>['value'];

export function subjects(change: (subject: AttributeStatement['Subject']) => AttributeStatement['Subject']): Spoiling {
  return {
    assertion: (assertion) => ({
      ...assertion,
      statements: assertion.statements.map((one) => ({
        ...one,
        value: { ...one.value, Subject: change(one.value.Subject) },
      })) as unknown as Assertion['statements'],
    }),
  };
}

function replaced(source: string, from: string | RegExp, to: string): string {
  const changed = source.replace(from, to);
  if (changed === source) throw new Error(`${from} is not in the request`);
  return changed;
}

export const mail = (address: string): Partial<DelegationRequest> => ({
  user: { userPrincipalName: 'joe@northwind.test', emailAddresses: [address] },
});

/** The request of another user. */
export const evil = (source: string): string => source.replaceAll('Joe@Northwind.test', 'Ceo@Northwind.test');
