import { type ServicePrincipal, servicePrincipals, withoutCredentials } from '../domain/trust/service-principals.ts';
import { type Cmdlet, type CmdletObject, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { listGiven, requireGuid } from './given.ts';
import { credentialParameters, withCredential } from './msol-credential-given.ts';
import { principalParameters, requirePrincipal } from './msol-service-principal.ts';

const kinds: Cmdlet['kinds'] = ['cloud'];

/**
 * `New-MsolServicePrincipalCredential -AppPrincipalId <id> -Type Asymmetric -Usage Verify -Value <base64>`: by what
 * applications of a tenant sign in. Parameters: learn.microsoft.com/previous-versions/azure/dn194091 and its neighbours.
 */
export const msolServicePrincipalCredential = {
  new: {
    kinds,
    parameters: { ...principalParameters, ...credentialParameters },
    required: ['Type', 'Value'],
    async run({ organization, transaction, at }, given) {
      await transaction(async (tx) => {
        const stored = await requirePrincipal(tx, organization, given);
        if (stored.value.isPublicClient) {
          throw cmdletRefusal('operation-failed', `'${stored.value.displayName}' is a public client: it cannot keep a credential.`);
        }
        await servicePrincipals.replace(tx, stored, withCredential(stored.value, given, at), at);
      });
      return [];
    },
  },
  get: {
    kinds,
    parameters: { ...principalParameters, ReturnKeyValues: 'boolean' },
    required: [],
    async run({ organization, transaction }, { ReturnKeyValues, ...given }) {
      const { value } = await transaction((tx) => requirePrincipal(tx, organization, given));
      return shown(value, ReturnKeyValues === true);
    },
  },
  remove: {
    kinds,
    parameters: { ...principalParameters, KeyIds: 'list' },
    required: ['KeyIds'],
    async run({ organization, transaction, at }, given) {
      const keyIds = (listGiven(given, 'KeyIds') ?? []).map((one) => requireGuid('KeyIds', one));
      await transaction(async (tx) => {
        const stored = await requirePrincipal(tx, organization, given);
        const { keyCredentials, passwordCredentials } = stored.value;
        const known = new Set([...keyCredentials, ...passwordCredentials].map(({ keyId }) => keyId));
        const missing = keyIds.find((one) => !known.has(one));
        if (missing !== undefined) throw objectNotFound(organization, missing);
        await servicePrincipals.replace(tx, stored, withoutCredentials(stored.value, keyIds), at);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

/** Certificates are public and shown when asked for; of a secret only a hash is kept. */
function shown({ keyCredentials, passwordCredentials }: ServicePrincipal, withValues: boolean): readonly CmdletObject[] {
  const keys = keyCredentials.map((one) => ({ ...one, type: 'Asymmetric', value: withValues ? one.certificate : '' }));
  const passwords = passwordCredentials.map((one) => ({ ...one, type: 'Password', value: '' }));
  return [...keys, ...passwords].map(({ type, value, keyId, startDate, endDate }) => ({
    Type: type,
    Value: value,
    KeyId: keyId,
    StartDate: new Date(startDate),
    EndDate: new Date(endDate),
    Usage: 'Verify',
  }));
}
