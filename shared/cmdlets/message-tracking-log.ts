import { findTracked, type TrackedEvent } from '../domain/mailflow/tracking-search.ts';
import { type Cmdlet, type CmdletObject, type CmdletParameters, cmdletRefusal } from './cmdlet.ts';
import { listGiven, numberGiven, textGiven } from './given.ts';
import { resultSize } from './recipient/noun.ts';
import { requireServers } from './server-identity.ts';

/**
 * `Get-MessageTrackingLog -Sender mary@contoso.test -EventId Fail`: what became of messages. Properties: "Fields in the message
 * tracking log files" (OfficeDocs-Exchange, message-tracking) without dashes, in the order in which the shell shows them
 * (observed). One log for all servers of an organisation.
 */
export const getMessageTrackingLog: Cmdlet = {
  kinds: ['on-premises'],
  parameters: {
    ...{ Start: 'date', End: 'date', EventId: 'text', InternalMessageId: 'text', MessageId: 'text', MessageSubject: 'text' },
    ...{ Recipients: 'list', Reference: 'text', ResultSize: 'text', Sender: 'text', Server: 'text', Source: 'text' },
  },
  required: [],
  async run({ organization, transaction }, given) {
    requireServers(organization, textGiven(given, 'Server'));
    const query = {
      ...{ from: numberGiven(given, 'Start'), until: numberGiven(given, 'End') },
      ...{ event: textGiven(given, 'EventId'), source: textGiven(given, 'Source'), sender: textGiven(given, 'Sender') },
      ...{ messageId: textGiven(given, 'MessageId'), internalMessageId: internalGiven(given) },
      ...{ subject: textGiven(given, 'MessageSubject'), reference: textGiven(given, 'Reference') },
      ...{ recipients: listGiven(given, 'Recipients'), limit: resultSize(given) },
    };
    return (await transaction((tx) => findTracked(tx, organization.name, query))).map(shown);
  },
};

function internalGiven(given: CmdletParameters): number | undefined {
  const text = textGiven(given, 'InternalMessageId');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw cmdletRefusal('bad-parameter', `-InternalMessageId takes a number, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function shown({ at, event, source, messageId, sender, facts }: TrackedEvent): CmdletObject {
  return {
    Timestamp: new Date(at),
    ClientIp: facts.clientIp ?? null,
    ClientHostname: facts.clientHostname ?? null,
    ServerIp: facts.serverIp ?? null,
    ServerHostname: facts.serverHostname ?? null,
    SourceContext: facts.sourceContext ?? null,
    ConnectorId: facts.connectorId ?? null,
    Source: source,
    EventId: event,
    InternalMessageId: facts.internalMessageId ?? null,
    MessageId: messageId,
    Recipients: facts.recipients,
    RecipientStatus: facts.recipientStatus ?? [],
    TotalBytes: facts.totalBytes ?? null,
    RecipientCount: facts.recipients.length,
    RelatedRecipientAddress: facts.relatedRecipientAddress ?? null,
    Reference: facts.reference ?? null,
    MessageSubject: facts.subject ?? null,
    Sender: sender,
    ReturnPath: facts.returnPath === '' ? '<>' : (facts.returnPath ?? null),
    Directionality: facts.directionality ?? null,
    MessageInfo: facts.messageInfo ?? null,
  };
}
