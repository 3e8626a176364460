import type { MessagePayload } from '../../../shared/bridges/migration/ports.ts';
import { arePublicFoldersLocked, publicFolderHierarchy } from '../../../shared/domain/directory/public-folders.ts';
import { organizationConfig } from '../../../shared/domain/organization/organization-config.ts';
import { profileOf } from '../../../shared/domain/organization/profiles.ts';
import { homeServerOf, serverFqdn } from '../../../shared/domain/organization/servers.ts';
import { invalidData, opcodes, type PumpRecord, readFields, unpack } from '../../../shared/protocols/mrs/data-pump.ts';
import { mrsException } from '../../../shared/protocols/mrs/exceptions.ts';
import type { sessionOperations } from '../../../shared/protocols/mrs/operations/session.ts';
import { hasCapability, productCapabilities, readCapabilities, writeVersion } from '../../../shared/protocols/mrs/version.ts';
import { fromVersionInformation, toVersionInformation } from '../../../shared/protocols/mrs/version-information.ts';
import { nextBatch } from '../export.ts';
import type { ImportHandle } from '../handles.ts';
import { destinationOf } from '../open-mailbox.ts';
import type { Handlers } from './index.ts';

/** The handshake, where a mailbox is, and the data pump. */
export const sessionHandlers: Handlers<keyof typeof sessionOperations> = {
  async ExchangeVersionInformation({ session, organization, node }, { clientVersion }) {
    const client = fromVersionInformation(clientVersion);
    const { version } = profileOf(organization.product);
    const server = readCapabilities(productCapabilities[organization.product]);
    // Servers that know of tenants do not serve clients that do not.
    if (hasCapability({ capabilities: server }, 'tenantHint') && !hasCapability(client, 'tenantHint'))
      throw mrsException(
        'UnsupportedClientVersionPermanentException',
        `Client '${client.computerName}' (${writeVersion(client)}) is not served here, for want of 'TenantHint'.`,
      );
    session.client = client;
    const product = [version.major, version.minor, version.majorBuild, version.minorBuild] as const;
    return { serverVersion: toVersionInformation({ product, computerName: node.name, capabilities: server }) };
  },
  async FindServerByDatabaseOrMailbox({ organization, node }, { physicalMailboxGuid, primaryMailboxGuid }) {
    const mailbox = physicalMailboxGuid ?? primaryMailboxGuid;
    const ServerFqdn = mailbox === null ? node.name : serverFqdn(organization, homeServerOf(organization, mailbox));
    return { FindServerByDatabaseOrMailboxResult: { IsProxyLocal: ServerFqdn.toLowerCase() === node.name.toLowerCase(), ServerFqdn } };
  },
  async GetPublicFolderMailboxesExchangeGuids({ context, organization }) {
    const all = (await context.directory(organization.name).all()).filter(({ type }) => type === 'PublicFolderMailbox');
    const hierarchy = publicFolderHierarchy(all);
    const inOrder = hierarchy === undefined ? [] : [hierarchy, ...all.filter(({ guid }) => guid !== hierarchy.guid)];
    return { GetPublicFolderMailboxesExchangeGuidsResult: inOrder.flatMap(({ exchangeGuid }) => exchangeGuid ?? []) };
  },
  async ArePublicFoldersReadyForMigrationCompletion({ settings }) {
    return { ArePublicFoldersReadyForMigrationCompletionResult: arePublicFoldersLocked(organizationConfig(settings)) };
  },
  async CloseHandle({ session }, { handle }) {
    await session.handles.close(handle);
    return {};
  },
  async DataExport_ExportData2({ session }, { dataExportHandle }) {
    return { DataExport_ExportData2Result: await nextBatch(session, dataExportHandle) };
  },
  async DataExport_CancelExport({ session }, { dataExportHandle }) {
    session.handles.get(dataExportHandle, 'export');
    await session.handles.close(dataExportHandle);
    return {};
  },
  async IDataImport_ImportBuffer({ session }, { dataImportHandle, opcode, data }) {
    const handle = session.handles.get(dataImportHandle, 'import');
    const { records, waiting } = await unpack(handle.waiting, { opcode, data }, handle.mailbox.isCompressed);
    handle.waiting = waiting;
    await importRecords(handle, records);
    return {};
  },
  async IDataImport_Flush({ session }, { dataImportHandle }) {
    const handle = session.handles.get(dataImportHandle, 'import');
    if (handle.waiting.length > 0) throw invalidData('a record is not whole');
    const failedMessages = handle.failed.map(({ entryId, failure }) => ({ EntryId: entryId, Failure: failure }));
    handle.failed = [];
    return { failedMessages };
  },
};

/** Failures that wait for a Flush; a client that never asks has nothing to win. */
const mostFailed = 10_000;

async function importRecords(handle: ImportHandle, records: readonly PumpRecord[]): Promise<void> {
  const destination = destinationOf(handle.mailbox);
  let puts: MessagePayload[] = [];
  let deletes: string[] = [];
  const carryOut = async (): Promise<void> => {
    const [put, gone] = [puts, deletes];
    [puts, deletes] = [[], []];
    if (put.length > 0) handle.failed.push(...(await destination.putMessages(put)));
    if (gone.length > 0) await destination.deleteMessages(gone);
    if (handle.failed.length > mostFailed) throw invalidData(`more than ${mostFailed} messages could not be written`);
  };
  for (const { opcode, data } of records) {
    if (opcode === opcodes.writeToMime) {
      if (deletes.length > 0) await carryOut();
      const { texts, octets } = readFields(data, 2);
      puts.push({ entryId: texts[0] ?? '', folderEntryId: texts[1] ?? '', octets });
    } else if (opcode === opcodes.deleteItem) {
      if (puts.length > 0) await carryOut();
      deletes.push(readFields(data, 1).texts[0] ?? '');
    } else throw invalidData(`opcode ${opcode}`);
  }
  await carryOut();
}
