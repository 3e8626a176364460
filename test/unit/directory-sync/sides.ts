import type { CmdletObject } from '../../../shared/cmdlets/cmdlet.ts';

/** The tenant has nobody of its own but what synchronisation brings, and an administrator. */
export const worldText = `
version: 1
password: Pa55word!
organizations:
  contoso:
    kind: on-premises
    title: Contoso
    domains: [contoso.test]
    users:
      - { mail: mary@contoso.test, displayName: Mary Major, department: Sales, addresses: [m.major@contoso.test] }
      - { mail: rob@contoso.test }
    remoteMailboxes:
      - { mail: joe@contoso.test, targetAddress: joe@contoso.mail.onmicrosoft.test }
    sharedMailboxes:
      - { mail: info@contoso.test }
    groups:
      - { mail: staff@contoso.test, members: [mary, rob, joe] }
  contoso-cloud:
    kind: cloud
    domains: [contoso.test, contoso.onmicrosoft.test, contoso.mail.onmicrosoft.test]
    users:
      - { mail: admin@contoso.onmicrosoft.test }
`;

/** A property that is text; '' where it is none. */
export const textOf = (object: CmdletObject | undefined, property: string): string => {
  const value = object?.[property];
  return typeof value === 'string' ? value : '';
};

/** The aliases of what is shown, in order. */
export const aliases = (objects: readonly CmdletObject[]) =>
  objects.map((one) => textOf(one, 'Alias')).toSorted((left, right) => (left < right ? -1 : 1));
