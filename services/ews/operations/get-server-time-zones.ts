import { windowsZoneDefinition, windowsZoneIds } from '../../../shared/domain/calendar/windows-zone-definition.ts';
import type { ResponseOf } from '../../../shared/protocols/ews/contract-type.ts';
import type { getServerTimeZones as contract } from '../../../shared/protocols/ews/operations/get-server-time-zones.ts';
import { fullZone } from '../calendar/wire-zone.ts';
import type { Operation } from '../operation.ts';

type Message = Extract<ResponseOf<typeof contract>[number], { class: 'Success' }>;
type WireZone = Message['TimeZoneDefinitions'][number];

const zonesAtATime = 20;

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation
 * Nothing is said of an id that nobody knows, and definitions are full unless they are not wanted (MS-OXWSGTZ 3.1.4.1.3.3).
 */
export const getServerTimeZones: Operation<typeof contract> = async ({ instant }, { ReturnFullTimeZoneData = true, Ids }) => {
  const year = new Date(instant).getUTCFullYear();
  const found: WireZone[] = [];
  for (const [index, id] of [...new Set(Ids ?? windowsZoneIds)].entries()) {
    // All zones together take a while the first time: others get their turn.
    if (index % zonesAtATime === zonesAtATime - 1) await new Promise((resolve) => setImmediate(resolve));
    const zone = windowsZoneDefinition(id, year);
    if (zone !== undefined) found.push(ReturnFullTimeZoneData ? fullZone(zone) : { Id: zone.id, Name: zone.name });
  }
  return [{ class: 'Success', TimeZoneDefinitions: found }];
};
