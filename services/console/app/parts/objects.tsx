import type { VNode } from 'preact';
import { CodeBlock } from './code-block.tsx';

/** What the control port answers to a cmdlet line. */
export interface CmdletAnswer {
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly view?: { readonly as: 'list' | 'table' | 'values'; readonly properties?: readonly string[] };
  readonly assigned?: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
  readonly trace: string;
}

/** So many objects are shown. */
const mostObjects = 200;

/** The objects of an answer as the shell shows them: a property a line, or a table where the line asks for one. */
export function Objects({ answer, label }: { readonly answer: CmdletAnswer; readonly label: string }): VNode {
  const { objects, view, warnings, messages } = answer;
  const shown = objects.slice(0, mostObjects);
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} class="warning">
          WARNING: {warning}
        </p>
      ))}
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      {view?.as === 'table' ? (
        <ObjectTable objects={shown} properties={view.properties} />
      ) : (
        shown.length > 0 && <CodeBlock label={label} text={listText(shown, answer)} />
      )}
      {objects.length > mostObjects && <p class="hint">{objects.length - mostObjects} more objects are not shown.</p>}
    </>
  );
}

function ObjectTable({
  objects,
  properties,
}: {
  readonly objects: CmdletAnswer['objects'];
  readonly properties: readonly string[] | undefined;
}): VNode {
  const names = properties ?? Object.keys(objects[0] ?? {}).slice(0, 6);
  return (
    <div class="plain-table">
      <table>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objects.map((object, index) => (
            <tr key={String(index)}>
              {names.map((name) => (
                <td key={name}>{valueText(object[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function listText(objects: CmdletAnswer['objects'], { view }: CmdletAnswer): string {
  if (view?.as === 'values') return objects.flatMap((object) => Object.values(object).map(valueText)).join('\n');
  return objects
    .map((object) => {
      const names = view?.properties ?? Object.keys(object);
      const width = Math.max(0, ...names.map((name) => name.length));
      return names.map((name) => `${name.padEnd(width)} : ${valueText(object[name])}`).join('\n');
    })
    .join('\n\n');
}

/** A value as the shell shows it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `{${value.map(valueText).join(', ')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
}
