import type { Directory } from '../../../shared/domain/directory/directory.ts';
import { type MailboxHold, mailboxHolds } from '../../../shared/domain/mailbox/holds.ts';
import { present } from '../../../shared/kernel/assert.ts';
import type { getDiscoverySearchConfiguration as contract } from '../../../shared/protocols/ews/operations/get-discovery-search-configuration.ts';
import { discoveryGround } from '../discovery/ground.ts';
import { wireMailbox } from '../discovery/wire-mailbox.ts';
import type { Operation } from '../operation.ts';
import { perItem } from '../per-item.ts';

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdiscoverysearchconfiguration-operation
 * The searches that are kept are those of holds. They lie on mailboxes: there is no group to expand.
 */
export const getDiscoverySearchConfiguration: Operation<typeof contract> = async (call, request) => {
  const [answer] = await perItem(call, [request], async ({ SearchId, InPlaceHoldConfigurationOnly }) => {
    const { directory, organization } = await discoveryGround(call, 'Mailbox Search');
    const { read } = call.context.store;
    const kept =
      SearchId === undefined || SearchId === ''
        ? await mailboxHolds.list(read, organization.name)
        : [await mailboxHolds.find(read, organization.name, SearchId)].filter((one) => one !== undefined);
    // With a search id the other arguments are ignored (Microsoft's page).
    const showsMailboxes = InPlaceHoldConfigurationOnly !== true || (SearchId ?? '') !== '';
    const DiscoverySearchConfigurations = [];
    for (const { name, value } of kept) {
      const mailboxes = showsMailboxes ? { SearchableMailboxes: await mailboxesOf(directory, value) } : {};
      const identity = value.InPlaceHoldIdentity === null ? {} : { InPlaceHoldIdentity: value.InPlaceHoldIdentity };
      DiscoverySearchConfigurations.push({ SearchId: name, SearchQuery: value.Query, ...mailboxes, ...identity });
    }
    return { class: 'Success', DiscoverySearchConfigurations } as const;
  });
  return present(answer, 'the answer for the one request');
};

async function mailboxesOf(directory: Directory, { Mailboxes }: MailboxHold): Promise<readonly ReturnType<typeof wireMailbox>[]> {
  const found = [];
  for (const guid of Mailboxes) {
    const recipient = await directory.byExchangeGuid(guid);
    if (recipient !== undefined) found.push(wireMailbox(recipient));
  }
  return found;
}
