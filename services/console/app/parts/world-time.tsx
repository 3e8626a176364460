import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { askClock, clock, timeText, worldNow } from '../clock.ts';
import { onEvent } from '../live.ts';
import { Badge } from './badge.tsx';

const askMs = 5_000;

/** World time, second by second; asked anew now and then, for anybody may move it. */
export function WorldTime(): VNode {
  const beat = useSignal(0);
  useEffect(() => {
    const ask = (): void => void askClock().catch(() => {});
    ask();
    const ended = ['held', 'released', 'gave-up'].map((name) => onEvent(name, ask));
    const asking = setInterval(ask, askMs);
    const beating = setInterval(() => {
      beat.value += 1;
    }, 1_000);
    return () => {
      for (const end of ended) end();
      clearInterval(asking);
      clearInterval(beating);
    };
  }, [beat]);
  void beat.value;
  const heard = clock.value;
  if (heard === undefined) return <span class="world-time" />;
  return (
    <span class="world-time">
      <time dateTime={heard.now}>{timeText(worldNow(heard))} UTC</time>
      {heard.mode !== 'real' && <Badge tone="calm">{heard.mode}</Badge>}
      {!heard.running && heard.mode !== 'frozen' && <Badge tone="warn">held</Badge>}
    </span>
  );
}
