import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checksWithRemedy, remedyFor } from '../../../shared/faults/remedies/index.ts';
import { seams } from '../../../shared/kernel/seams.ts';

const project = join(import.meta.dirname, '../../..');
/** Rooms whose code judges. */
const rooms = [
  'shared/bridges/access',
  'shared/bridges/authority',
  'shared/domain/identity',
  'services/azure-auth',
  'services/ews/availability',
  'services/ews/mail-tips',
  'services/ews/notifications',
  'shared/bridges/hybrid',
  'services/ews/photos',
  'services/ews/throttling',
  'services/mrsproxy',
  'services/perimeter',
  'services/smtp/transport',
  'shared/bridges/mailflow',
];
/** A check's name is two words with a dot between, alone in its quotes; hosts and the seams of faults look the same. */
const name = /['`]([a-z]+\.[a-z]+(?:-(?:[a-z]+|\$\{\w+\}))*)['`]/g;
const host = /\.(com|net|test|svc|srf)$/;

test('every check that can fail has a remedy, and every remedy a check', () => {
  const checks = new Set(rooms.flatMap((room) => sources(room).flatMap(checksIn)));
  expect(checks.size).toBeGreaterThan(90);
  expect([...checks].filter((check) => remedyFor(check) === null)).toEqual([]);
  expect(checksWithRemedy().filter((check) => !checks.has(check))).toEqual([]);
});

test('a remedy is one line that tells what to do', () => {
  for (const check of checksWithRemedy()) expect(remedyFor(check)).toMatch(/^[A-Z][^\n]{10,}\.$/);
});

function sources(room: string): readonly string[] {
  const files = readdirSync(join(project, room), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(project, room, file), 'utf8'));
}

function checksIn(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const found = [...code.matchAll(name)].map(([, check = '']) => check);
  return found
    .filter((check) => !host.test(check) && !(seams as readonly string[]).includes(check))
    .flatMap((check) => variants[check] ?? check);
}

/** Names that are put together. */
const variants: Readonly<Record<string, readonly string[]>> = {
  'client.assertion-${name}': ['client.assertion-iss', 'client.assertion-sub'],
};
