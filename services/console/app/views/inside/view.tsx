import type { VNode } from 'preact';
import { Tabs } from '../../parts/tabs.tsx';
import { go, route } from '../../store.ts';
import { Keys } from './keys.tsx';
import { Logs } from './logs.tsx';
import { Mailboxes } from './mailboxes.tsx';
import { Moves } from './moves.tsx';
import { Queues } from './queues.tsx';
import { Zones } from './zones.tsx';
import './inside.css';

const parts = [
  { id: 'mailboxes', name: 'Mailboxes', Part: Mailboxes },
  { id: 'queues', name: 'Queues and tracking', Part: Queues },
  { id: 'moves', name: 'Moves', Part: Moves },
  { id: 'keys', name: 'Keys and certificates', Part: Keys },
  { id: 'zones', name: 'DNS zones', Part: Zones },
  { id: 'logs', name: 'Logs', Part: Logs },
] as const;

/** What lies inside the world; the address names the part, and in it the mailbox and what is shown of it. */
export function View(): VNode {
  const chosen = parts.find(({ id }) => id === route.value[1]) ?? parts[0];
  return (
    <div class="inside">
      <Tabs label="What to look into" tabs={parts} chosen={chosen.id} onChoose={(id) => go(['inside', id])}>
        <chosen.Part key={chosen.id} />
      </Tabs>
    </div>
  );
}
