import type { Directory } from '../domain/directory/directory.ts';
import { type PartnerApplication, partnerApplications } from '../domain/trust/partner-applications.ts';
import { readApplicationMetadata } from './auth-metadata.ts';
import { type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { plainGiven, requireOneSet, textGiven } from './given.ts';
import { requireRecipient } from './recipient-identity.ts';

const noun: ObjectNoun<PartnerApplication> = {
  noun: 'PartnerApplication',
  kinds: ['on-premises', 'cloud'],
  objects: partnerApplications,
  name: ({ Name }) => Name,
  show: ({ keys: _keys, ...shown }) => ({ ...shown, Identity: shown.Name }),
};

const plain = {
  Name: 'text',
  ApplicationIdentifier: 'text',
  Realm: 'nullable text',
  UseAuthServer: 'boolean',
  AcceptSecurityIdentifierInformation: 'boolean',
  Enabled: 'boolean',
} as const;
/** An application that an auth server vouches for, or one that signs its tokens itself. */
const sets = [['ApplicationIdentifier', 'Realm', 'UseAuthServer'], ['AuthMetadataUrl'], ['RefreshAuthMetadata']];

/** `New-PartnerApplication -Name "Exchange Online" -ApplicationIdentifier <id>`: applications that may call server to server. */
export const partnerApplication = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters: { ...plain, AuthMetadataUrl: 'text', LinkedAccount: 'text' },
    required: ['Name'],
    async make(scope, given) {
      requireOneSet(given, sets);
      const url = textGiven(given, 'AuthMetadataUrl');
      if (url === undefined && given['ApplicationIdentifier'] === undefined) {
        throw cmdletRefusal('bad-parameter', 'A partner application needs -ApplicationIdentifier or -AuthMetadataUrl.');
      }
      return {
        Name: String(given['Name']),
        ApplicationIdentifier: '',
        Realm: '',
        UseAuthServer: true,
        AcceptSecurityIdentifierInformation: false,
        AuthMetadataUrl: '',
        Enabled: true,
        keys: [],
        LinkedAccount: '',
        ...plainGiven<PartnerApplication>(given, plain),
        ...(url === undefined ? {} : await selfIssuing(scope, url)),
        ...(await linkedAccount(scope, given)),
      };
    },
  }),
  set: setObject(noun, {
    parameters: { ...plain, AuthMetadataUrl: 'text', LinkedAccount: 'nullable text', RefreshAuthMetadata: 'switch' },
    async change(current, scope, given) {
      requireOneSet(given, sets);
      const isRefresh = given['RefreshAuthMetadata'] === true;
      if (isRefresh && current.AuthMetadataUrl === '') {
        throw cmdletRefusal('bad-parameter', `'${current.Name}' has no metadata of its own: its tokens come from an auth server.`);
      }
      const url = textGiven(given, 'AuthMetadataUrl') ?? (isRefresh ? current.AuthMetadataUrl : undefined);
      return {
        ...plainGiven<PartnerApplication>(given, plain),
        ...(url === undefined ? {} : await selfIssuing(scope, url)),
        ...(await linkedAccount(scope, given)),
      };
    },
  }),
  remove: removeObject(noun),
};

async function selfIssuing(scope: CmdletScope, url: string): Promise<Partial<PartnerApplication>> {
  if (scope.organization.kind === 'cloud') {
    throw cmdletRefusal('bad-parameter', '-AuthMetadataUrl is available only in on-premises Exchange.');
  }
  const { serviceName, realm, keys } = await readApplicationMetadata(scope, url);
  return { AuthMetadataUrl: url, ApplicationIdentifier: serviceName, Realm: realm, UseAuthServer: false, keys };
}

async function linkedAccount(scope: CmdletScope, given: CmdletParameters): Promise<Partial<PartnerApplication>> {
  if (given['LinkedAccount'] === undefined) return {};
  const identity = textGiven(given, 'LinkedAccount');
  if (identity === undefined) return { LinkedAccount: '' };
  const directory: Directory = scope.directory(scope.organization.name);
  return { LinkedAccount: (await requireRecipient(directory, scope.organization, identity)).primaryAddress };
}
