import type { ComponentType, VNode } from 'preact';
import { Tabs } from '../../parts/tabs.tsx';
import { go, route } from '../../store.ts';
import { Breaks } from './breaks.tsx';
import { Clock } from './clock.tsx';
import './do.css';
import { Faults } from './faults.tsx';
import { Shell } from './shell.tsx';
import { Stories } from './stories.tsx';

const parts: readonly { readonly id: string; readonly name: string; readonly Part: ComponentType }[] = [
  { id: 'stories', name: 'Stories', Part: Stories },
  { id: 'shell', name: 'Cmdlets', Part: Shell },
  { id: 'breaks', name: 'Break and fix', Part: Breaks },
  { id: 'clock', name: 'Clock', Part: Clock },
  { id: 'faults', name: 'Faults', Part: Faults },
];

/** `#/do/<part>/<what it shows>`. */
export function View(): VNode {
  const chosen = parts.find(({ id }) => id === route.value[1]) ?? parts[0];
  return (
    <div class="do">
      <Tabs label="What to do" tabs={parts} chosen={chosen?.id ?? ''} onChoose={(id) => go(['do', id])}>
        {chosen !== undefined && <chosen.Part key={chosen.id} />}
      </Tabs>
    </div>
  );
}
