import type { Instant } from '../../kernel/clock.ts';
import { getConfigObject, putConfigObject } from '../../store/config-objects.ts';
import type { Executor } from '../../store/database.ts';
import type { ClockState } from './clock.ts';
import type { ClockSetting } from './world.ts';

const key = { organization: '', kind: 'clock', identity: 'world' } as const;

/** Keeps the clock's state in the store, where a restart and the other processes of the world find it. */
export async function saveClockState(tx: Executor, { setting, skewMs }: ClockState, at: Instant): Promise<void> {
  const kept = await getConfigObject(tx, key.organization, key.kind, key.identity);
  await putConfigObject(tx, { ...key, name: 'World clock', value: { setting, skewMs }, version: kept?.version }, at);
}

/** The state that was kept last, or undefined when none was. */
export async function loadClockState(executor: Executor): Promise<ClockState | undefined> {
  const kept = await getConfigObject(executor, key.organization, key.kind, key.identity);
  if (kept === undefined) return undefined;
  const { setting, skewMs } = kept.value as Partial<Record<keyof ClockState, unknown>>;
  if (!isSetting(setting) || !isSkew(skewMs)) throw new Error('defect: the clock kept in the store is no clock');
  return { setting, skewMs };
}

function isSetting(value: unknown): value is ClockSetting {
  if (typeof value !== 'object' || value === null || !('mode' in value)) return false;
  if (value.mode === 'offset') return 'offsetMs' in value && Number.isInteger(value.offsetMs);
  return value.mode === 'real' || (value.mode === 'frozen' && 'at' in value && Number.isInteger(value.at));
}

function isSkew(value: unknown): value is ClockState['skewMs'] {
  return typeof value === 'object' && value !== null && Object.values(value).every(Number.isInteger);
}
