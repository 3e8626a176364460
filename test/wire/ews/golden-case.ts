import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstText } from './normalise.ts';

/** A request of an operation that is held to its whole answer. */
export interface GoldenCase {
  /** In kebab case. */
  readonly operation: string;
  readonly name: string;
  readonly folder: string;
}

const here = import.meta.dirname;

/** One folder per operation, one folder per case inside. */
export const goldenCases: readonly GoldenCase[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((operation) =>
    readdirSync(join(here, operation.name)).map((name) => ({ operation: operation.name, name, folder: join(here, operation.name, name) })),
  );

/**
 * The Body of a case's request. `setup.xml` is sent first, if there is one, and fills the placeholders: `${item-1}` is the
 * first item id of its answer; likewise `key-n`, `attachment-n`, `folder-n`, `folder-key-n`, `conversation-n`, `state`,
 * `subscription`, `watermark`.
 *
 * @param ask sends the Body of a request and answers what comes back
 */
export async function goldenRequest({ folder }: GoldenCase, ask: (body: string) => Promise<string>): Promise<string> {
  const setup = join(folder, 'setup.xml');
  const values = existsSync(setup) ? valuesOf(await ask(readFileSync(setup, 'utf8'))) : {};
  return fill(readFileSync(join(folder, 'request.xml'), 'utf8'), values);
}

function valuesOf(body: string): Record<string, string> {
  const values: Record<string, string> = {
    state: firstText(body, 'SyncState') ?? '',
    subscription: firstText(body, 'SubscriptionId') ?? '',
    watermark: firstText(body, 'Watermark') ?? '',
  };
  for (const [index, id] of [...body.matchAll(/<t:ItemId Id="([^"]+)" ChangeKey="([^"]+)"/g)].entries()) {
    values[`item-${index + 1}`] = id[1] ?? '';
    values[`key-${index + 1}`] = id[2] ?? '';
  }
  for (const [index, id] of [...body.matchAll(/<t:AttachmentId Id="([^"]+)"/g)].entries()) values[`attachment-${index + 1}`] = id[1] ?? '';
  for (const [index, id] of [...body.matchAll(/<t:FolderId Id="([^"]+)" ChangeKey="([^"]+)"/g)].entries()) {
    values[`folder-${index + 1}`] = id[1] ?? '';
    values[`folder-key-${index + 1}`] = id[2] ?? '';
  }
  for (const [index, id] of [...body.matchAll(/<t:ConversationId Id="([^"]+)"/g)].entries())
    values[`conversation-${index + 1}`] = id[1] ?? '';
  return values;
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{([a-z0-9-]+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for \${${name}}: does the setup's answer hold it?`);
    return value;
  });
}
