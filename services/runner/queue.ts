import type { Ground } from './ground.ts';

/** What waits on an organisation's servers: its queues that hold something, and the messages in them; JSON each. */
export async function queueOf({ control }: Pick<Ground, 'control'>, at: string): Promise<readonly string[]> {
  const waiting = await control.cmdlet(at, 'Get-Queue -Filter "MessageCount -gt 0"');
  const messages = await control.cmdlet(at, 'Get-Message');
  return [...waiting.objects, ...messages.objects].map((object) => JSON.stringify(object));
}
