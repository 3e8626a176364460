import { type OrganizationConfig, readOrganizationConfig, setOrganizationConfig } from '../domain/organization/organization-config.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { listsOf } from './config-object.ts';
import { applicationRuleParameters, applicationRulesGiven } from './ews-application-rules.ts';
import { plainGiven, requireGuid } from './given.ts';

const kinds: Cmdlet['kinds'] = ['on-premises', 'cloud'];
/**
 * `StrictTokenReplay` is not Exchange's: there a token may be used any number of times while it lives. Here a training
 * or a test may want one that was seen before to be refused. Nor is `RefuseSha1Tokens`, of delegation tokens.
 */
const plain = {
  EwsEnabled: 'nullable boolean',
  EwsAllowedAppIDs: 'list',
  ...applicationRuleParameters,
  MailTipsAllTipsEnabled: 'boolean',
  MailTipsExternalRecipientsTipsEnabled: 'boolean',
  MailTipsGroupMetricsEnabled: 'boolean',
  MailTipsLargeAudienceThreshold: 'integer',
  MailTipsMailboxSourcedTipsEnabled: 'boolean',
  OAuth2ClientProfileEnabled: 'boolean',
  StrictTokenReplay: 'boolean',
  RefuseSha1Tokens: 'boolean',
} as const;

/** `Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs <id>,<id>`: what holds for the organisation as a whole. */
export const organizationConfig = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run({ organization, transaction }) {
      const { EwsAllowedAppIDs, ...config } = await transaction((tx) => readOrganizationConfig(tx, organization.name));
      const { name } = organization;
      return [{ Name: name, Identity: name, ...config, ...(organization.kind === 'cloud' ? { EwsAllowedAppIDs } : {}) }];
    },
  },
  set: {
    kinds,
    parameters: plain,
    required: [],
    current: async ({ organization, transaction }) => listsOf(await transaction((tx) => readOrganizationConfig(tx, organization.name))),
    async run({ organization, transaction, at }, given) {
      const change = { ...plainGiven<OrganizationConfig>(given, plain), ...applicationRulesGiven(given) };
      if (change.EwsAllowedAppIDs !== undefined && organization.kind !== 'cloud') {
        const text = "A parameter cannot be found that matches parameter name 'EwsAllowedAppIDs'.";
        throw cmdletRefusal('bad-parameter', `${text} It is available only in the cloud-based service.`);
      }
      const ids = change.EwsAllowedAppIDs?.map((id) => requireGuid('EwsAllowedAppIDs', id));
      const checked = ids === undefined ? change : { ...change, EwsAllowedAppIDs: ids };
      await transaction((tx) => setOrganizationConfig(tx, organization.name, checked, at));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
