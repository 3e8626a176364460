import { expect } from 'vitest';
import type { DecodedToken } from '../../shared/bridges/authority/decode.ts';
import type { ExpectedRefusal } from '../../shared/bridges/authority/defects/defect.ts';
import type { MintOrder } from '../../shared/bridges/authority/mint-ground.ts';
import { ask } from '../wire/admin/ask.ts';
import type { TestLab } from './test-lab.ts';

/** What the control port answers to a mint. */
export interface Minted {
  readonly token: string;
  readonly decoded: DecodedToken;
  readonly expected?: ExpectedRefusal & { readonly text?: string };
}

/** An order as JSON has it. */
type Order = Omit<MintOrder, 'at' | 'lifetimeMs'> & { readonly twin?: boolean; readonly lifetime?: string; readonly at?: string };

export type Json = Readonly<Record<string, unknown>>;

/** A lab's control port, as people use it: every call succeeds, or the test fails with what it said. */
export interface Control {
  call(method: string, path: string, body?: object): Promise<Json>;
  /** The objects that a cmdlet answers. */
  cmdlet(organization: string, line: string): Promise<readonly Json[]>;
  mint(order: Order): Promise<Minted>;
}

/** The control port of a lab. */
export function controlOf(lab: Pick<TestLab, 'endpoints'>): Control {
  const call: Control['call'] = async (method, path, body) => {
    const answer = await ask(lab.endpoints.adminUrl, method, `/_coexist/v1${path}`, body);
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    return answer.body as Json;
  };
  return {
    call,
    cmdlet: async (organization, line) => (await call('POST', '/cmdlets', { organization, line }))['objects'] as readonly Json[],
    mint: async (order) => (await call('POST', '/tokens/mint', order)) as unknown as Minted,
  };
}
