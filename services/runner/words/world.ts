import { present } from '../../../shared/kernel/assert.ts';
import { parseDuration } from '../../../shared/kernel/duration.ts';
import type { Answer } from '../../../shared/scenario/outcome.ts';
import { ControlRefusal, type Ran } from '../control.ts';
import { answered, type Ground, type Play } from '../ground.ts';

/** A cmdlet line; `refused` with the shell's text, or `answered` with objects (as values, and as text) and warnings. */
export const cmdlet: Play<'cmdlet'> = async ({ at, line, as }, { control }) => answerOf(await control.cmdlet(at, line, as));

/** What a cmdlet line came to, as an answer. */
export function answerOf({ objects, warnings, refusal }: Ran): Answer {
  if (refusal !== undefined) return answered('refused', { ok: false, text: refusal });
  const values: Record<string, string[]> = {};
  for (const object of objects)
    for (const [name, value] of Object.entries(object)) {
      values[name] = [...(values[name] ?? []), typeof value === 'string' ? value : JSON.stringify(value)];
    }
  return answered('answered', { text: [...objects.map((object) => JSON.stringify(object)), ...warnings].join('\n'), values });
}

export const breakTopology: Play<'break'> = (of, ground) => {
  const { id, ...how } = typeof of === 'string' ? { id: of } : of;
  return told(ground, 'POST', `/v1/topology/break/${encodeURIComponent(id)}`, how);
};
export const fixTopology: Play<'fix'> = (id, ground) => told(ground, 'POST', `/v1/topology/fix/${encodeURIComponent(id)}`);
export const fault: Play<'fault'> = (rule, ground) => told(ground, 'POST', '/v1/faults', rule);
export const lift: Play<'lift'> = (_, ground) => told(ground, 'DELETE', '/v1/faults');

export const clock: Play<'clock'> = async ({ advance, set, skew }, ground) => {
  if (advance !== undefined) return told(ground, 'POST', '/v1/clock/advance', { by: advance });
  if (set !== undefined) return told(ground, 'POST', '/v1/clock/set', { at: set });
  let last = answered('answered');
  for (const [whose, by] of Object.entries(skew ?? {}))
    last = await told(ground, 'PUT', `/v1/clock/skew/${encodeURIComponent(whose)}`, { by });
  return last;
};

export const era: Play<'era'> = async (eras, ground) => {
  for (const [tenant, name] of Object.entries(eras)) {
    const answer = await told(ground, 'PUT', `/v1/eras/${encodeURIComponent(tenant)}`, { era: String(name) });
    if (!answer.ok) return answer;
  }
  return answered('answered');
};

/** A new key is staged, published and made active; those before it are taken away at once. */
export const keys: Play<'keys'> = async (_, { control }) => {
  type Keys = { readonly keys: readonly { readonly x5t: string; readonly state: string }[] };
  const before = await control.call<Keys>('GET', '/v1/keys');
  const { x5t } = await control.call<{ x5t: string }>('POST', '/v1/keys/stage');
  await control.call('POST', '/v1/keys/publish', { x5t });
  await control.call('POST', '/v1/keys/activate', { x5t });
  for (const old of before.keys) if (old.state === 'active') await control.call('POST', '/v1/keys/retire', { x5t: old.x5t });
  return answered('answered');
};

/** A call to the control port; what it refuses is an answer. */
async function told({ control }: Ground, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Answer> {
  try {
    return answered('answered', { text: JSON.stringify(await control.call(method, path, body)) });
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    return answered('refused', { ok: false, status: error.status, text: error.message });
  }
}

/** A duration that the schema has let through, in milliseconds. */
export function millisecondsOf(text: string): number {
  return present(parseDuration(text), 'a duration that was checked');
}
