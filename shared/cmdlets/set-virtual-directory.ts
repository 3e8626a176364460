import { setBasicAuthentication, type VirtualDirectoryKind, virtualDirectoryNames } from '../domain/organization/virtual-directories.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';

/** `Set-<kind>`: changes a virtual directory. The identity is its name, with its server (`EX01\EWS (Default Web Site)`) or without. */
export function setVirtualDirectory(kind: VirtualDirectoryKind): Cmdlet {
  return {
    // Exchange Online has no such cmdlet: its front end is not the tenant's.
    kinds: ['on-premises'],
    positional: 'Identity',
    parameters: { Identity: 'text', BasicAuthentication: 'boolean' },
    required: ['Identity', 'BasicAuthentication'],
    async run({ tx, organization, at }, { Identity, BasicAuthentication }) {
      const identity = String(Identity);
      const found = await setBasicAuthentication(tx, organization, kind, identity, BasicAuthentication === true, at);
      if (found) return;
      throw cmdletRefusal(
        'object-not-found',
        `there is no ${kind} "${identity}" in ${organization.name}; it has "${virtualDirectoryNames[kind]}"`,
      );
    },
  };
}
