import { anyContent, attr, maybe, one, sequence } from '../../../xml/codec.ts';
import { int } from '../../../xml/simple-types.ts';
import { messages, types } from '../namespaces.ts';
import { mailTipsConfiguration, smtpDomainList } from './mail-tips.ts';
import { text, truth } from './simple.ts';

// What services clients are told of. There are no protection rules here: those with content are not read.

const unifiedMessaging = sequence(
  { UmEnabled: one(types, truth), PlayOnPhoneDialString: one(types, text), PlayOnPhoneEnabled: one(types, truth) },
  'UnifiedMessageServiceConfiguration',
);

const protectionRules = sequence(
  {
    RefreshInterval: attr(int),
    Rules: one(types, sequence({}, 'ArrayOfProtectionRulesType')),
    InternalDomains: one(types, smtpDomainList),
  },
  'ProtectionRulesServiceConfiguration',
);

const sharePointUrls = sequence(
  { InternalSPMySiteHostURL: one(types, text), ExternalSPMySiteHostURL: one(types, text) },
  'SharePointURLsServiceConfiguration',
);

/** One of them in each response message. */
export const serviceConfigurations = {
  MailTipsConfiguration: maybe(messages, mailTipsConfiguration),
  UnifiedMessagingConfiguration: maybe(messages, unifiedMessaging),
  ProtectionRulesConfiguration: maybe(messages, protectionRules),
  PolicyNudgeRulesConfiguration: maybe(messages, anyContent),
  SharePointURLsConfiguration: maybe(messages, sharePointUrls),
};
