import { organizationRelationships } from '../../../shared/domain/trust/organization-relationships.ts';
import type { XmlElement } from '../../../shared/xml/element.ts';
import { federate, makeDelegationToken, relationship, type TokenFacts, type TokenSteps } from '../../support/delegation-tokens.ts';
import { frozenAt, openTestLab, type TestLab } from '../../support/test-lab.ts';
import { federationIdentity, type Identity } from '../../unit/saml/identities.ts';
import { autodiscoverUrl, userSettingsMessage } from './messages.ts';

export const now = Date.parse('2026-11-20T12:00:00Z');
export const minuteMs = 60_000;
export const url = `${autodiscoverUrl}/WSSecurity`;
export const applicationUri = 'FYDIBOHF25SPDLT.contoso.test';

const parties = ['issuer', 'previousIssuer', 'current', 'previous', 'stranger'] as const;
type Party = (typeof parties)[number];

/** What a good token for contoso says, of a user at fabrikam. */
export const facts: TokenFacts = {
  at: now,
  lifeMs: 8 * 60 * minuteMs,
  audience: `http://${applicationUri}`,
  issuer: 'urn:federation:MicrosoftOnline',
  emailAddress: 'pat@fabrikam.test',
  offer: 'MSExchange.Autodiscover',
};

/** How a token differs from a good one. */
export type Case = Partial<Omit<TokenSteps, 'facts' | 'signer' | 'recipient'>> & {
  readonly facts?: Partial<TokenFacts>;
  readonly signer?: Party;
  readonly recipient?: Party;
  /** On the EncryptedData. */
  readonly finish?: (token: XmlElement) => XmlElement;
};

/** A lab at rest in which contoso shares with fabrikam, but not with northwind any more, and both are federated. */
export interface Ground {
  readonly lab: TestLab;
  readonly who: Readonly<Record<Party, Identity>>;
  /** GetUserSettings with a token, by default for ExternalEwsUrl. */
  message(of: Case, names?: readonly string[]): Buffer;
}

export async function openGround(): Promise<Ground> {
  const lab = await openTestLab(frozenAt(now));
  // One certificate without the extension: its identifier is made from the key.
  const identities = parties.map((party, index) =>
    federationIdentity(index + 1, party === 'current' ? 'without-identifier' : 'with-identifier'),
  );
  const who = Object.fromEntries((await Promise.all(identities)).map((identity, index) => [parties[index], identity])) as Ground['who'];
  await lab.store.transaction(async (tx) => {
    await federate(tx, 'contoso', { applicationUri, partners: ['fabrikam.test'], ...who });
    const disabled = relationship('northwind.test', { Enabled: false });
    await organizationRelationships.create(tx, 'contoso', disabled.Name, disabled, now);
    await federate(tx, 'fabrikam', { applicationUri: 'FYDIBOHF25SPDLT.fabrikam.test', current: who.stranger, issuer: who.issuer });
  });
  return {
    lab,
    who,
    message({ facts: changes, signer = 'issuer', recipient = 'current', finish = (token) => token, ...steps }, names) {
      const made = makeDelegationToken({ facts: { ...facts, ...changes }, signer: who[signer], recipient: who[recipient], ...steps });
      return userSettingsMessage(url, { tokens: [finish(made.token)] }, names);
    },
  };
}
