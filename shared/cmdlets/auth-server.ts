import { type AuthServer, authServers } from '../domain/trust/auth-servers.ts';
import { readAuthServerMetadata } from './auth-metadata.ts';
import { cmdletRefusal } from './cmdlet.ts';
import { getObject, newObject, type ObjectNoun, removeObject, setObject } from './config-object.ts';
import { choiceGiven, plainGiven, requireOneSet, textGiven } from './given.ts';

const noun: ObjectNoun<AuthServer> = {
  noun: 'AuthServer',
  kinds: ['on-premises'],
  objects: authServers,
  name: ({ Name }) => Name,
  // What was read of the keys stays inside: Exchange shows it as certificates that nobody can read either.
  show: ({ keys: _keys, refreshed: _refreshed, ...shown }) => ({ ...shown, GraphBaseUrl: shown.GraphBaseUrl ?? '', Identity: shown.Name }),
};

/** Kept as they are given. */
const plain = { Name: 'text', DomainName: 'list', Enabled: 'boolean' } as const;
const types = ['MicrosoftACS', 'AzureAD'] as const;

/**
 * `New-AuthServer -Name WindowsAzureACS -AuthMetadataUrl https://accounts.accesscontrol.windows.net/<tenant>/metadata/json/1`:
 * issuers of tokens whom an organisation trusts. What their metadata says is kept until `Set-AuthServer -RefreshAuthMetadata`.
 */
export const authServer = {
  get: getObject(noun),
  new: newObject(noun, {
    parameters: { ...plain, AuthMetadataUrl: 'text', Type: 'text' },
    required: ['Name', 'AuthMetadataUrl'],
    async make(scope, given) {
      const type = choiceGiven(given, 'Type', types) ?? 'MicrosoftACS';
      const metadata = await readAuthServerMetadata(scope, String(given['AuthMetadataUrl']), type);
      return {
        Name: String(given['Name']),
        Type: type,
        DomainName: [],
        IsDefaultAuthorizationEndpoint: false,
        ApplicationIdentifier: '',
        Enabled: true,
        ...metadata,
        ...plainGiven<AuthServer>(given, plain),
      };
    },
  }),
  set: setObject(noun, {
    parameters: {
      ...plain,
      AuthMetadataUrl: 'text',
      RefreshAuthMetadata: 'switch',
      IsDefaultAuthorizationEndpoint: 'boolean',
      ApplicationIdentifier: 'nullable text',
      GraphBaseUrl: 'nullable text',
    },
    async change(current, scope, given) {
      requireOneSet(given, [
        ['AuthMetadataUrl', 'IsDefaultAuthorizationEndpoint'],
        ['RefreshAuthMetadata'],
        ['ApplicationIdentifier', 'GraphBaseUrl'],
      ]);
      if (given['IsDefaultAuthorizationEndpoint'] === true && current.Type !== 'AzureAD') {
        throw cmdletRefusal('bad-parameter', `'${current.Name}' is no AzureAD server: clients cannot be sent to it to sign in.`);
      }
      const url = textGiven(given, 'AuthMetadataUrl') ?? (given['RefreshAuthMetadata'] === true ? current.AuthMetadataUrl : undefined);
      const metadata = url === undefined ? {} : await readAuthServerMetadata(scope, url, current.Type);
      const more = {
        ...plain,
        IsDefaultAuthorizationEndpoint: 'boolean',
        ApplicationIdentifier: 'nullable text',
        GraphBaseUrl: 'nullable text',
      } as const;
      return { ...metadata, ...plainGiven<AuthServer>(given, more) };
    },
  }),
  remove: removeObject(noun),
};
