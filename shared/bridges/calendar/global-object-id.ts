import { onDay } from '../../domain/calendar/global-object-id.ts';

// PidLidGlobalObjectId (MS-OXOCAL 2.2.1.27) and the UID of iCalendar (MS-OXCICAL 2.1.3.1.1.20.26).

const head = Buffer.from('040000008200E00074C5B7101A82E008', 'hex');
const sizeAt = 36;
const dataAt = 40;
/** What a UID that is not Exchange's own is kept behind. */
const foreign = Buffer.from('vCal-Uid\u0001\0\0\0', 'latin1');
const mostCharacters = 1_000;

/** The global object id of a UID, without the day of an occurrence: PidLidCleanGlobalObjectId. */
export function globalObjectIdOf(uid: string): Buffer {
  if (/^040000008200E00074C5B7101A82E008(?:[0-9A-F]{2})+$/i.test(uid)) {
    const octets = Buffer.from(uid, 'hex');
    if (octets.length > dataAt && octets.readUInt32LE(sizeAt) === octets.length - dataAt) return onDay(octets, undefined);
  }
  const data = Buffer.concat([foreign, Buffer.from(uid.slice(0, mostCharacters).toWellFormed(), 'utf8'), Buffer.alloc(1)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([head, Buffer.alloc(sizeAt - head.length), size, data]);
}

/** The UID of a global object id: the foreign one that it keeps, else its octets without the day of an occurrence. */
export function uidOf(globalObjectId: Buffer): string {
  const data = globalObjectId.subarray(dataAt);
  if (globalObjectId.subarray(0, head.length).equals(head) && data.subarray(0, foreign.length).equals(foreign)) {
    const end = data.indexOf(0, foreign.length);
    return data.toString('utf8', foreign.length, end < 0 ? data.length : end);
  }
  const isOurs = globalObjectId.length > dataAt && globalObjectId.subarray(0, head.length).equals(head);
  return (isOurs ? onDay(globalObjectId, undefined) : globalObjectId).toString('hex').toUpperCase();
}
