import { holdPublicFolders } from '../domain/mailbox/public-folder-lock.ts';
import { type OrganizationConfig, readOrganizationConfig, setOrganizationConfig } from '../domain/organization/organization-config.ts';
import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { listsOf } from './config-object.ts';
import { applicationRuleParameters, applicationRulesGiven } from './ews-application-rules.ts';
import { plainGiven, requireGuid } from './given.ts';
import { publicFolderParameters, publicFoldersGiven, publicFoldersShown } from './public-folder/configuration.ts';
import { findPublicFolders } from './public-folder/hierarchy.ts';

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
  ...publicFolderParameters,
} as const;

/** `Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs <id>,<id>`: what holds for the organisation as a whole. */
export const organizationConfig = {
  get: {
    kinds,
    parameters: {},
    required: [],
    async run(scope) {
      const { organization, transaction } = scope;
      const { EwsAllowedAppIDs, ...config } = await transaction((tx) => readOrganizationConfig(tx, organization.name));
      const { name } = organization;
      const shown = { ...config, ...(await publicFoldersShown(scope, config)) };
      return [{ Name: name, Identity: name, ...shown, ...(organization.kind === 'cloud' ? { EwsAllowedAppIDs } : {}) }];
    },
  },
  set: {
    kinds,
    parameters: plain,
    required: [],
    current: async ({ organization, transaction }) => listsOf(await transaction((tx) => readOrganizationConfig(tx, organization.name))),
    async run(scope, given) {
      const { organization, transaction, at } = scope;
      const change = {
        ...plainGiven<OrganizationConfig>(given, plain),
        ...applicationRulesGiven(given),
        ...(await publicFoldersGiven(scope, given)),
      };
      if (change.EwsAllowedAppIDs !== undefined && organization.kind !== 'cloud') {
        const text = "A parameter cannot be found that matches parameter name 'EwsAllowedAppIDs'.";
        throw cmdletRefusal('bad-parameter', `${text} It is available only in the cloud-based service.`);
      }
      const ids = change.EwsAllowedAppIDs?.map((id) => requireGuid('EwsAllowedAppIDs', id));
      const checked = ids === undefined ? change : { ...change, EwsAllowedAppIDs: ids };
      const hierarchy = Object.keys(publicFolderParameters).some((name) => given[name] !== undefined)
        ? await findPublicFolders(scope)
        : undefined;
      await transaction(async (tx) => {
        await setOrganizationConfig(tx, organization.name, checked, at);
        // A held one is filled by its migration alone.
        if (hierarchy !== undefined && hierarchy.owner.settings.heldForMigration !== true)
          await holdPublicFolders(tx, organization.name, hierarchy.mailbox);
      });
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
