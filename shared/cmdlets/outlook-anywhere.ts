import {
  clientAuthenticationMethods,
  type OutlookAnywhere,
  outlookAnywhereName,
  outlookAnywhereOf,
  outlookAnywheres,
} from '../domain/organization/client-access.ts';
import type { Organization } from '../domain/organization/organization.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, type CmdletScope, cmdletRefusal } from './cmdlet.ts';
import { objectNotFound } from './config-object.ts';
import { choiceGiven, listGiven, plainGiven, requireOneSet, textGiven } from './given.ts';
import { requireServer } from './server-identity.ts';

const kinds = ['on-premises'] as const;
const plain = { SSLOffloading: 'boolean', ExternalClientsRequireSsl: 'boolean', InternalClientsRequireSsl: 'boolean' } as const;
/** Pages of Set- and Enable-OutlookAnywhere. */
const parameters = {
  ...plain,
  ExternalHostname: 'nullable text',
  InternalHostname: 'nullable text',
  ClientAuthenticationMethod: 'text',
  ExternalClientAuthenticationMethod: 'text',
  InternalClientAuthenticationMethod: 'text',
  DefaultAuthenticationMethod: 'text',
  IISAuthenticationMethods: 'list',
} as const;

/**
 * `Enable-OutlookAnywhere -Server EX01 -ExternalHostname nlb.contoso.test -ClientAuthenticationMethod NTLM`: by which name
 * and how Autodiscover tells Outlook to come over HTTP, and by which schemes one signs in there (`services/rpcproxy`).
 */
export const outlookAnywhere = {
  get: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', Server: 'text', ADPropertiesOnly: 'switch' },
    required: [],
    async run({ organization, transaction }, given) {
      requireServer(organization, textGiven(given, 'Server'));
      const identity = textGiven(given, 'Identity');
      const found = await read({ organization, transaction });
      if (identity !== undefined && (!found.isEnabled || !isNamed(organization, identity))) throw objectNotFound(organization, identity);
      return found.isEnabled ? [shown(organization, found)] : [];
    },
  },
  /** Exchange 2010's; a virtual directory that is there already takes what is given. */
  enable: {
    kinds,
    parameters: { Server: 'text', ...parameters },
    required: ['ExternalHostname'],
    async run(scope, given) {
      requireServer(scope.organization, textGiven(given, 'Server'));
      await change(scope, { isEnabled: true, ...written(given) });
      return [shown(scope.organization, await read(scope))];
    },
  },
  disable: {
    kinds,
    parameters: { Server: 'text' },
    required: ['Server'],
    async run(scope, given) {
      requireServer(scope.organization, textGiven(given, 'Server'));
      await change(scope, { isEnabled: false });
      return [];
    },
  },
  set: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', ...parameters },
    required: ['Identity'],
    async run(scope, given) {
      const identity = String(given['Identity']);
      const found = await read(scope);
      if (!found.isEnabled || !isNamed(scope.organization, identity)) throw objectNotFound(scope.organization, identity);
      await change(scope, written(given));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;

async function read({ organization, transaction }: Pick<CmdletScope, 'organization' | 'transaction'>): Promise<OutlookAnywhere> {
  const stored = await transaction((tx) => outlookAnywheres.find(tx, organization.name, outlookAnywhereName));
  return outlookAnywhereOf(organization, stored?.value);
}

async function change({ organization, transaction, at }: CmdletScope, changed: Partial<OutlookAnywhere>): Promise<void> {
  await transaction(async (tx) => {
    const stored = await outlookAnywheres.find(tx, organization.name, outlookAnywhereName);
    if (stored === undefined) await outlookAnywheres.create(tx, organization.name, outlookAnywhereName, changed, at);
    else await outlookAnywheres.replace(tx, stored, { ...stored.value, ...changed }, at);
  });
}

function written(given: CmdletParameters): Partial<OutlookAnywhere> {
  const inside = ['InternalClientAuthenticationMethod', 'ExternalClientAuthenticationMethod', 'IISAuthenticationMethods'];
  requireOneSet(given, [['DefaultAuthenticationMethod'], inside]);
  requireOneSet(given, [['DefaultAuthenticationMethod', 'ExternalClientAuthenticationMethod'], ['ClientAuthenticationMethod']]);
  const byDefault = choiceGiven(given, 'DefaultAuthenticationMethod', clientAuthenticationMethods);
  const external =
    choiceGiven(given, 'ExternalClientAuthenticationMethod', clientAuthenticationMethods) ??
    choiceGiven(given, 'ClientAuthenticationMethod', clientAuthenticationMethods) ??
    byDefault;
  const internal = choiceGiven(given, 'InternalClientAuthenticationMethod', clientAuthenticationMethods) ?? byDefault;
  const methods = byDefault === undefined ? methodsGiven(given) : [byDefault];
  return {
    ...plainGiven<OutlookAnywhere>(given, plain),
    ...hostGiven(given, 'ExternalHostname'),
    ...hostGiven(given, 'InternalHostname'),
    ...(external === undefined ? {} : { ExternalClientAuthenticationMethod: external }),
    ...(internal === undefined ? {} : { InternalClientAuthenticationMethod: internal }),
    ...(methods === undefined ? {} : { IISAuthenticationMethods: methods }),
  };
}

function methodsGiven(given: CmdletParameters): OutlookAnywhere['IISAuthenticationMethods'] | undefined {
  return listGiven(given, 'IISAuthenticationMethods')?.map((word) => {
    const found = choiceGiven({ IISAuthenticationMethods: word }, 'IISAuthenticationMethods', clientAuthenticationMethods);
    return found ?? 'Basic';
  });
}

function hostGiven(given: CmdletParameters, name: 'ExternalHostname' | 'InternalHostname'): Partial<OutlookAnywhere> {
  if (given[name] === undefined) return {};
  const host = textGiven(given, name) ?? '';
  if (host === '' || (host.length <= 255 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host))) return { [name]: host };
  throw cmdletRefusal('bad-parameter', `-${name} takes a host name, not ${JSON.stringify(host.slice(0, 255))}.`);
}

function isNamed(organization: Organization, identity: string): boolean {
  const full = `${requireServer(organization, undefined)}\\${outlookAnywhereName}`;
  return [outlookAnywhereName, full].some((name) => name.toLowerCase() === identity.toLowerCase());
}

function shown(organization: Organization, { isEnabled: _, ...value }: OutlookAnywhere): CmdletObject {
  const { SSLOffloading, ExternalHostname, InternalHostname, ...rest } = value;
  const server = requireServer(organization, undefined);
  return {
    ServerName: server,
    SSLOffloading,
    ExternalHostname: ExternalHostname === '' ? null : ExternalHostname,
    InternalHostname: InternalHostname === '' ? null : InternalHostname,
    ExternalClientAuthenticationMethod: rest.ExternalClientAuthenticationMethod,
    InternalClientAuthenticationMethod: rest.InternalClientAuthenticationMethod,
    IISAuthenticationMethods: rest.IISAuthenticationMethods,
    ExternalClientsRequireSsl: rest.ExternalClientsRequireSsl,
    InternalClientsRequireSsl: rest.InternalClientsRequireSsl,
    Server: server,
    Name: outlookAnywhereName,
    Identity: `${server}\\${outlookAnywhereName}`,
  };
}
