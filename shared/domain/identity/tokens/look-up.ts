import { Refusal } from '../../../kernel/refusal.ts';
import type { StoreRefusalCode } from '../../../store/errors.ts';
import { type Finding, failed } from './trail.ts';

const unreachable: StoreRefusalCode = 'Unreachable';

/** Asks the directory. One that cannot be reached is a reason to refuse the token, as in Exchange, and no defect. */
export async function askDirectory<Value>(work: () => Promise<Finding<Value>>): Promise<Finding<Value>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== unreachable) throw error;
    return failed('directory-failed', [], { expected: 'an answer of the directory', actual: error.detail ?? error.code });
  }
}
