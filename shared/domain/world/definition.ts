import { z } from 'zod';
import { seams } from '../../kernel/seams.ts';
import {
  calendarPlans,
  eraNames,
  exchangeRoles,
  longestCmdletLine,
  messagePlans,
  organizationKinds,
  preAuthentications,
  productNames,
} from './vocabulary.ts';

const limits = {
  recipients: 20_000,
  applications: 1_000,
  domains: 100,
  hosts: 20,
  servers: 16,
  cmdlets: 2_000,
  faults: 200,
  folders: 50,
  folderMessages: 200_000,
};

const text = z.string().min(1).max(256);
const domainName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, 'is not a host or domain name in lower case');
const address = z
  .string()
  .max(254)
  .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]+$/, 'is not a mail address (domain in lower case)');
const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'is not a GUID in lower case');
const duration = z
  .string()
  .regex(/^[+-]?(?=\d)(\d{1,5}d)?(\d{1,5}h)?(\d{1,6}m)?(\d{1,7}s)?(\d{1,9}ms)?$/, 'is not a duration such as +30d, -5m or 1h30m');
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/, 'is not a UTC time such as 2026-11-02T08:00:00Z')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is not a time of the calendar');

const clock = z
  .strictObject({
    mode: z.enum(['real', 'offset', 'frozen']).optional(),
    offset: duration.optional().describe('World time runs this far from real time: +30d'),
    frozen: instant.optional().describe('World time stands still here until it is advanced'),
    skew: z
      .record(z.string(), duration)
      .optional()
      .describe('Per organisation, or for azure-auth: how far its servers are from world time'),
  })
  .describe('World time: mode real, or offset: +30d, or frozen: 2026-11-02T08:00:00Z');

const content = {
  messages: z.enum(messagePlans).optional().describe('Mail that lies in the mailbox at the start'),
  calendar: z.enum(calendarPlans).optional().describe('Appointments that stand in the calendar at the start'),
  folders: z
    .array(z.strictObject({ name: text, messages: z.int().min(0).max(limits.folderMessages) }))
    .max(limits.folders)
    .optional()
    .describe('Further folders below the root, each with generated messages'),
};

const named = {
  mail: address.describe('Primary SMTP address; its domain is one of the organisation'),
  alias: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'is not an alias')
    .optional()
    .describe('Default: the part before the @'),
  displayName: text.optional().describe('Default: the alias with a capital'),
  addresses: z.array(address).max(100).optional().describe('Further SMTP addresses'),
};

const described = {
  givenName: text.optional(),
  surname: text.optional(),
  title: text.optional(),
  department: text.optional(),
  company: text.optional(),
  office: text.optional(),
  phone: text.optional(),
};

const account = {
  userPrincipalName: address.optional().describe('Default: the primary address'),
  samAccountName: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,20}$/, 'is not a SAM account name of at most 20 characters')
    .optional()
    .describe('Default: the alias'),
  password: z.string().min(1).max(127).optional().describe("Default: the world's password"),
  enabled: z.boolean().optional(),
  mfa: z.enum(['none', 'required']).optional().describe('Whether signing in interactively takes a second factor. Default: none'),
};

const user = z.strictObject({ ...named, ...described, ...account, ...content });
const routedUser = z.strictObject({
  ...named,
  ...described,
  ...account,
  targetAddress: address.describe('Where mail and Autodiscover are sent on to'),
});
const sharedMailbox = z.strictObject({
  ...named,
  ...content,
  fullAccess: z.array(text).max(1_000).optional().describe('Aliases or addresses of users with full access'),
});
const room = z.strictObject({ ...named, ...content, capacity: z.int().min(1).max(100_000).optional() });
const group = z.strictObject({ ...named, members: z.array(text).max(limits.recipients).describe('Aliases or addresses') });

const application = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, 'is not the name of an application'),
  clientId: guid.optional().describe("Default: made from the organisation's and its own name"),
  clientSecret: z.string().min(1).max(256).optional().describe('Confidential clients'),
  redirectUris: z
    .array(
      z
        .string()
        .max(256)
        .regex(/^[a-z][a-z0-9+.-]*:[^\s#]+$/, 'is not a URI without fragment'),
    )
    .max(50)
    .optional()
    .describe('Where sign-in may lead back to; for http://localhost the port does not count'),
  public: z.boolean().optional().describe('A public client: it has no secret. Default: false'),
  roles: z.array(z.enum(exchangeRoles)).max(exchangeRoles.length).optional().describe('Application roles on Exchange, granted'),
  scopes: z
    .array(text)
    .max(100)
    .optional()
    .describe('Delegated permissions, consented for everybody: EWS.AccessAsUser.All on Exchange, or name/scope of an application here'),
  exposes: z
    .strictObject({
      scopes: z
        .array(z.string().regex(/^[A-Za-z0-9._-]{1,120}$/, 'is not a scope'))
        .min(1)
        .max(100),
    })
    .optional()
    .describe('A web API of its own, as others need to call it on behalf of a user'),
});

const publishedPath = z.string().regex(/^\/[^\s?#]{0,255}$/, 'is not a path, which may have asterisks');
const perimeter = z.strictObject({
  preAuthentication: z.enum(preAuthentications).optional().describe('Default: None'),
  allowedPaths: z.array(publishedPath).max(100).optional().describe('What is published: /EWS/*. Default: everything'),
  passThroughPaths: z.array(publishedPath).max(100).optional().describe('What is published without pre-authentication'),
  sourceRanges: z.array(text).max(100).optional().describe('Who may connect: 127.0.0.0/8. Default: everybody'),
  rewriteHost: domainName.optional().describe('The Host that servers are told'),
  removeRequestHeaders: z.array(text).max(100).optional(),
  addRequestHeaders: z.array(z.string().min(3).max(1_125)).max(100).optional().describe('name: value'),
  maxRequestsPerMinute: z.int().min(0).max(1_000_000).optional().describe('Of an address. Default: without limit'),
});

const organization = z.strictObject({
  kind: z.enum(organizationKinds),
  title: text.optional().describe("The organisation's own name, as in legacyExchangeDN. Default: the key with a capital"),
  product: z.enum(productNames).optional().describe('Default: exchange-se on-premises, exchange-online in the cloud'),
  era: z
    .union([z.enum(eraNames), z.literal([2016, 2019])], { error: `is not an era: ${eraNames.join(', ')}` })
    .optional()
    .describe('Cloud only. Default 2019'),
  tenantId: guid.optional().describe('Cloud only'),
  netbiosName: z
    .string()
    .regex(/^[A-Z0-9-]{1,15}$/, 'is not a NetBIOS name: at most 15 capitals, digits, hyphens')
    .optional()
    .describe('Domain of its accounts. Default: first label of the first domain, in capitals'),
  domains: z.array(domainName).min(1).max(limits.domains).describe('Accepted domains; the first is the default'),
  hosts: z
    .strictObject({
      web: domainName.optional().describe('EWS'),
      autodiscover: domainName.optional(),
      smtp: domainName.optional(),
      redirectOnly: z
        .array(domainName)
        .max(limits.hosts)
        .optional()
        .describe('Names that lead here, are missing from the certificate and answer a redirect on port 80'),
    })
    .optional(),
  servers: z
    .array(z.string().regex(/^[A-Z0-9]([A-Z0-9-]{0,13}[A-Z0-9])?$/, 'is not a computer name: at most 15 capitals, digits, hyphens'))
    .min(1)
    .max(limits.servers)
    .optional()
    .describe('Computer names of its Exchange servers; mailboxes are spread over them. Default: one, named after the product'),
  perimeter: perimeter.optional().describe('On-premises only: a device in front of the servers, as Set-PerimeterDevice has it'),
  users: z.array(user).max(limits.recipients).optional(),
  mailUsers: z.array(routedUser).max(limits.recipients).optional().describe('Accounts whose mailbox is elsewhere'),
  remoteMailboxes: z
    .array(routedUser)
    .max(limits.recipients)
    .optional()
    .describe('Accounts whose mailbox is in the cloud of this organisation'),
  sharedMailboxes: z.array(sharedMailbox).max(limits.recipients).optional(),
  rooms: z.array(room).max(limits.recipients).optional(),
  groups: z.array(group).max(limits.recipients).optional(),
  applications: z.array(application).max(limits.applications).optional().describe('Cloud only: applications registered in the tenant'),
  cmdlets: z
    .array(z.string().min(1).max(longestCmdletLine))
    .max(limits.cmdlets)
    .optional()
    .describe('Cmdlet lines, run in order after the rest is in place'),
});

const faultRule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional(),
  seam: z.enum(seams),
  match: z
    .strictObject({
      svc: text.optional(),
      org: text.optional(),
      op: text.optional(),
      host: text.optional(),
      user: text.optional(),
      trace: text.optional(),
    })
    .optional(),
  effect: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('status'),
      status: z.int().min(200).max(599),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.string().max(65_536).optional(),
    }),
    z.strictObject({ kind: z.literal('latency'), delayMs: z.int().min(0).max(600_000) }),
    z.strictObject({ kind: z.literal('reset') }),
    z.strictObject({ kind: z.literal('refuse') }),
    z.strictObject({
      kind: z.literal('lookup'),
      code: z.enum(['NXDOMAIN', 'SERVFAIL']).optional(),
      leadsTo: z.string().max(253).optional(),
    }),
    z.strictObject({ kind: z.literal('reply'), code: z.int().min(400).max(599), text: z.string().min(1).max(480) }),
    z.strictObject({
      kind: z.literal('ews-error'),
      code: text,
      text: z.string().max(4_096).optional(),
      values: z.record(z.string(), z.string()).optional(),
    }),
    z.strictObject({
      kind: z.literal('claims'),
      set: z.record(z.string(), z.json()).optional(),
      remove: z.array(z.string().max(128)).max(50).optional(),
    }),
    z.strictObject({ kind: z.literal('certificate'), shows: z.enum(['expired', 'wrong-name', 'missing-intermediate', 'untrusted']) }),
    z.strictObject({ kind: z.literal('tls-version'), only: z.enum(['TLSv1', 'TLSv1.1']) }),
    z.strictObject({ kind: z.literal('truncate'), bytes: z.int().min(0) }),
    z.strictObject({ kind: z.literal('drip'), bytes: z.int().min(1), everyMs: z.int().min(1) }),
    z.strictObject({ kind: z.literal('host'), host: z.string().min(1).max(253) }),
    z.strictObject({ kind: z.literal('stall'), cause: z.string().min(1).max(64) }),
    z.strictObject({ kind: z.literal('exception'), type: z.string().min(1).max(128), message: z.string().min(1).max(4_096) }),
  ]),
  probability: z.number().min(0).max(1).optional(),
  times: z.int().min(1).optional(),
  after: z.int().min(0).optional(),
});

const shared = {
  version: z.literal(1),
  clock: clock.optional(),
  random: z.union([z.int().min(0), z.string().min(1).max(256)], { error: 'is not a whole number or a text' }).optional(),
  password: z.string().min(1).max(127).optional().describe('Password of every account that names none of its own'),
  dns: z
    .strictObject({ refused: z.array(domainName).max(1_000).optional().describe('Names that exist and refuse every connection') })
    .optional(),
  faults: z.array(faultRule).max(limits.faults).optional(),
};

const organizationName = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not an organisation name');

/** A world file as written: it may extend another one and then leave out what that one says. */
export const worldFile = z.strictObject({
  ...shared,
  extends: z.string().min(1).max(512).optional().describe('A world that ships with coexist, or a path beginning with ./ or ../'),
  organizations: z
    .record(organizationName, organization.partial().nullable())
    .optional()
    .describe('By name; null takes an organisation of the extended world away'),
});

/** A world after its files were merged. */
export const worldDefinition = z.strictObject({ ...shared, organizations: z.record(organizationName, organization) });
export type WorldDefinition = z.infer<typeof worldDefinition>;
export type OrganizationDefinition = z.infer<typeof organization>;
export type ApplicationDefinition = z.infer<typeof application>;

/** The JSON Schema of world files for editors; shipped as `scenarios/schema/world-v1.json`. */
export function worldJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(worldFile, { io: 'input' }), title: 'coexist world file, version 1' };
}

export type PerimeterDefinition = z.infer<typeof perimeter>;
