import { retentionPolicies, retentionTags, setupPolicy, setupTags } from '../domain/organization/retention.ts';
import type { CmdletScope } from './cmdlet.ts';

/** Writes down the retention tags and the policy that Setup makes, before anything about retention is shown or changed; once. */
export async function keepRetention({ organization, transaction, at }: CmdletScope): Promise<void> {
  await transaction(async (tx) => {
    const { name } = organization;
    const isKept = (await retentionPolicies.list(tx, name)).length + (await retentionTags.list(tx, name)).length > 0;
    if (isKept) return;
    for (const tag of setupTags) await retentionTags.create(tx, name, tag.Name, tag, at);
    await retentionPolicies.create(tx, name, setupPolicy.Name, setupPolicy, at);
  });
}
