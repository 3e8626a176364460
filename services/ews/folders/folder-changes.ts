import { type FolderRow, folderColumns } from '../../../shared/domain/mailbox/folder-columns.ts';
import { permissionProperties, permissionTable } from '../../../shared/domain/mailbox/folder-permissions.ts';
import { folderProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { searchCriteriaKey, searchCriteriaProperties } from '../../../shared/domain/mailbox/search-criteria.ts';
import { type PropertyKey, type PropertyValue, tags } from '../../../shared/kernel/mapi.ts';
import { propertyKeyOf, storedValueOf, type WireExtendedProperty } from '../../../shared/protocols/ews/extended-property.ts';
import type { FieldRow } from '../../../shared/protocols/ews/fields/field.ts';
import { folderElementOf } from '../../../shared/protocols/ews/item-elements.ts';
import type { EwsCall } from '../context.ts';
import { ewsRefusal } from '../failures.ts';
import type { OpenMailbox } from '../mailboxes.ts';
import { requireTag, tagPlaces, tagProperties, type WireTag } from '../retention/retention-tag.ts';
import type { WirePermissionSet } from '../views/permission-set.ts';
import { readSearchParameters, type WireSearchParameters } from '../views/search-parameters.ts';
import { readPermissions } from './read-permissions.ts';

/** Characters of a folder's name (PidTagDisplayName of a folder). */
const longestName = 255;

/** Characters of an extended property: a bound of ours, since a folder is always read whole. */
const longestValue = 64 * 1024;

/** What a request writes at a folder, new or not, gathered field by field. */
export class FolderChanges {
  readonly set: Record<PropertyKey, PropertyValue> = {};
  readonly #removed = new Set<PropertyKey>();
  readonly #call: EwsCall;
  readonly #mailbox: OpenMailbox;
  /** The container class: `folder:PermissionSet` depends on it. */
  readonly #class: string;
  #flags: number;
  readonly #isSearchFolder: boolean;

  get remove(): readonly PropertyKey[] {
    return [...this.#removed];
  }

  /** @param before the folder that is changed; none for a new one */
  constructor(
    call: EwsCall,
    mailbox: OpenMailbox,
    { class: containerClass, isSearchFolder }: { readonly class: string; readonly isSearchFolder: boolean },
    before?: FolderRow,
  ) {
    this.#call = call;
    this.#mailbox = mailbox;
    this.#flags = Number((before && folderProperty(before, tags.retentionFlags)) ?? 0);
    this.#class = containerClass;
    this.#isSearchFolder = isSearchFolder;
  }

  /** Sets one field. Refuses what cannot be set with ErrorInvalidPropertySet, an impossible name with ErrorFolderSavePropertyError. */
  async setField(row: FieldRow, value: unknown): Promise<void> {
    if (row.special === 'PermissionSet') {
      this.#put(permissionProperties(await readPermissions(this.#call, value as WirePermissionSet, this.#class)));
      return;
    }
    if (row.special === 'PolicyTag' || row.special === 'ArchiveTag') {
      const tag = await requireTag(this.#call.context.store.read, this.#mailbox.owner, row.special, value as WireTag);
      this.#take(tagPlaces[row.special].period);
      this.#flags |= tagPlaces[row.special].bit;
      this.#put({ ...tagProperties(row.special, tag), [tags.retentionFlags]: this.#flags });
      return;
    }
    if (row.special === 'SearchParameters') {
      // A folder is one or the other for good (inferred).
      if (!this.#isSearchFolder) throw ewsRefusal('ErrorInvalidPropertySet', { detail: 'criteria of a folder that holds items' });
      this.#put(searchCriteriaProperties(await readSearchParameters(this.#call, this.#mailbox, value as WireSearchParameters)));
      return;
    }
    if (!row.writable || row.property === undefined || row.toStored === undefined)
      throw ewsRefusal('ErrorInvalidPropertySet', { detail: row.uri === '' ? row.element : row.uri });
    this.#put({ [row.property]: row.toStored(value) });
  }

  /** Sets an extended property. Refuses what the mailbox computes with ErrorInvalidPropertySet, long values with ErrorDataSizeLimitExceeded. */
  setExtended(property: WireExtendedProperty): void {
    const key = propertyKeyOf(property.uri);
    refuseComputed(key, 'ErrorInvalidPropertySet');
    const value = storedValueOf(property);
    if (JSON.stringify(value).length > longestValue) throw ewsRefusal('ErrorDataSizeLimitExceeded', { detail: key });
    this.#put({ [key]: value });
  }

  /** Takes a field away. Refuses what a folder cannot be without with ErrorInvalidPropertyDelete. */
  removeField(row: FieldRow): void {
    if (row.special === 'PermissionSet') this.#take(permissionTable);
    else if (row.special === 'PolicyTag' || row.special === 'ArchiveTag') {
      const { tag, period, bit } = tagPlaces[row.special];
      this.#take(tag);
      this.#take(period);
      this.#flags &= ~bit;
      this.#put({ [tags.retentionFlags]: this.#flags });
    } else if (!row.writable || row.property === undefined || row.property === tags.displayName)
      throw ewsRefusal('ErrorInvalidPropertyDelete', { detail: row.uri });
    else this.removeKey(row.property);
  }

  /** Takes an extended property away; that it is not there is no error. */
  removeKey(key: PropertyKey): void {
    refuseComputed(key, 'ErrorInvalidPropertyDelete');
    if (key === tags.displayName) throw ewsRefusal('ErrorInvalidPropertyDelete', { detail: key });
    if (key === tags.containerClass) this.#keepType('');
    this.#take(key);
  }

  #put(properties: Readonly<Record<PropertyKey, PropertyValue>>): void {
    const name = properties[tags.displayName];
    if (name !== undefined && (String(name).trim() === '' || String(name).length > longestName))
      throw ewsRefusal('ErrorFolderSavePropertyError', { detail: 'the name of the folder' });
    const containerClass = properties[tags.containerClass];
    if (containerClass !== undefined) this.#keepType(String(containerClass));
    for (const key of Object.keys(properties) as PropertyKey[]) this.#removed.delete(key);
    Object.assign(this.set, properties);
  }

  #take(key: PropertyKey): void {
    delete this.set[key];
    this.#removed.add(key);
  }

  /**
   * A folder of mail does not become a calendar (Microsoft's page "ResponseCode"). Observed, by exchangelib's tests against
   * Exchange Online: nor something whose class is not below IPF.
   */
  #keepType(containerClass: string): void {
    const isForeign = containerClass !== this.#class && !/^(ipf(\.|$)|$)/i.test(containerClass);
    if (isForeign || folderElementOf(containerClass) !== folderElementOf(this.#class))
      throw ewsRefusal('ErrorObjectTypeChanged', { detail: `${this.#class} -> ${containerClass}` });
  }
}

/** Properties that are computed cannot be written, nor taken away. */
function refuseComputed(key: PropertyKey, code: 'ErrorInvalidPropertySet' | 'ErrorInvalidPropertyDelete'): void {
  const column = folderColumns.get(key);
  if ((column !== undefined && column.write === undefined) || key === searchCriteriaKey) throw ewsRefusal(code, { detail: key });
}

/** Refuses another name for one of the folders that every mailbox has (the code is inferred). */
export function refuseRenamed({ role, display_name }: FolderRow, { set }: FolderChanges): void {
  const name = set[tags.displayName];
  if (role !== null && name !== undefined && name !== display_name)
    throw ewsRefusal('ErrorFolderSavePropertyError', { detail: `folder ${role} keeps its name` });
}
