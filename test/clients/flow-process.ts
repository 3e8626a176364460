import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { clientEnvironment } from '../../services/client-environment.ts';
import type { TestLab } from '../support/test-lab.ts';

/** What a flow of an authentication library came to; `ews` is what EWS said to its token. */
export type Outcome = Readonly<Record<string, unknown>>;

/** The variables that `coexist env` gives, with or without the proxy, and nothing of this process. */
export function variablesFor({ endpoints }: Pick<TestLab, 'endpoints'>, proxy: boolean): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '', ...clientEnvironment(endpoints, { caFile: endpoints.caFile, proxy }) };
}

/** Runs a program that prints `{"flow":...,"outcome":...}` a line, without blocking this process, in which the lab lives. */
export async function runFlows(
  command: readonly [file: string, ...words: readonly string[]],
  variables: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Outcome>> {
  const [file, ...words] = command;
  const child = spawn(file, words, { env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, err]).toEqual([0, '']);
  const lines = out.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { flow, outcome } = JSON.parse(line) as { readonly flow: string; readonly outcome: Outcome };
      return [flow, outcome];
    }),
  );
}

/** The rest of an outcome whose token opened an Inbox. Where, and whose it is, the journal must say. */
export async function openedBy(
  outcome: Outcome | undefined,
  lab: Pick<TestLab, 'exchangeOf'>,
  mailbox: { readonly organization: string; readonly caller: string | undefined },
): Promise<Outcome> {
  const { ews, ...rest } = outcome ?? {};
  expect(rest).not.toHaveProperty('failure');
  const { inbox, trace } = ews as { readonly inbox: string; readonly trace: string };
  expect(inbox).toBe('Inbox');
  const record = await lab.exchangeOf({ headers: { 'x-coexist-trace': trace } });
  expect(record).toMatchObject({ service: 'ews', operation: 'GetFolder', outcome: 'answered', ...mailbox });
  expect(record.verdict?.accepted).toBe(true);
  return rest;
}
