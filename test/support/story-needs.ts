import { existsSync } from 'node:fs';
import { hasExchangelib } from './exchangelib.ts';
import { requireTool } from './tools.ts';

/** What some stories need of this machine, by their tags. */
const needs: Readonly<Record<string, boolean>> = {
  exchangelib: hasExchangelib,
  csharp: requireTool('mcs with mono', 'mono-mcs', existsSync('/usr/bin/mcs') && existsSync('/usr/bin/mono')),
  dovecot: requireTool('dovecot', 'dovecot-imapd', existsSync('/usr/sbin/dovecot')),
};

/** Whether a story with these tags can be told on this machine. */
export function canBeTold(tags: readonly string[]): boolean {
  return tags.every((tag) => needs[tag] !== false);
}
