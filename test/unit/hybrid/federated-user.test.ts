import { describe, expect, test } from 'vitest';
import { federatedUser } from '../../../shared/bridges/hybrid/federated-user.ts';

const identifier = { Domains: ['contoso.test', 'shop.contoso.test'], DefaultDomain: '' };
const mary = userOf('mary@contoso.test', ['mary@internal.test', 'mary@Shop.contoso.test', 'm.wells@contoso.test']);

function userOf(primaryAddress: string, others: readonly string[]) {
  const addresses = [`SMTP:${primaryAddress}`, ...others.map((address) => `smtp:${address}`), 'X500:/o=Contoso/cn=mary'];
  return { primaryAddress, addresses, userPrincipalName: null };
}

describe('a user as the gateway is told of him', () => {
  test('has his primary address first, and no address of a domain that is not federated', () => {
    expect(federatedUser(identifier, mary)).toEqual({
      userPrincipalName: 'mary@contoso.test',
      emailAddresses: ['mary@contoso.test', 'mary@Shop.contoso.test', 'm.wells@contoso.test'],
    });
  });

  test('has an address of the default domain first', () => {
    const { emailAddresses } = federatedUser({ ...identifier, DefaultDomain: 'shop.contoso.test' }, mary);
    expect(emailAddresses).toEqual(['mary@Shop.contoso.test', 'mary@contoso.test', 'm.wells@contoso.test']);
  });

  test('may have none of the default domain', () => {
    const pat = userOf('pat@contoso.test', []);
    expect(federatedUser({ ...identifier, DefaultDomain: 'shop.contoso.test' }, pat).emailAddresses).toEqual(['pat@contoso.test']);
  });

  test('is none where all of his domains are strange to it', () => {
    const refused = expect.objectContaining({ code: 'user-not-federated' });
    expect(() => federatedUser({ ...identifier, Domains: ['fabrikam.test'] }, mary)).toThrow(refused);
  });
});
