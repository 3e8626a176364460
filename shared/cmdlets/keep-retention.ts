import { retentionPolicies, retentionTags, setupPolicy, setupTags } from '../domain/organization/retention.ts';
import type { Cmdlet, CmdletScope } from './cmdlet.ts';

/** A cmdlet about retention: before it shows or changes anything the tags and the policy that Setup makes are written down; once. */
export function keepRetention(cmdlet: Cmdlet): Cmdlet {
  return {
    ...cmdlet,
    async run(scope, given) {
      await writeDown(scope);
      return cmdlet.run(scope, given);
    },
  };
}

async function writeDown({ organization, transaction, at }: CmdletScope): Promise<void> {
  await transaction(async (tx) => {
    const { name } = organization;
    const isKept = (await retentionPolicies.list(tx, name)).length + (await retentionTags.list(tx, name)).length > 0;
    if (isKept) return;
    for (const tag of setupTags) await retentionTags.create(tx, name, tag.Name, tag, at);
    await retentionPolicies.create(tx, name, setupPolicy.Name, setupPolicy, at);
  });
}
