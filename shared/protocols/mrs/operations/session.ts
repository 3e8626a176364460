import { arrayOf, types } from '../data-contract.ts';
import { operation } from '../operation.ts';
import { dataExportBatch, failedMessages, proxyServerInformation, versionInformation } from '../records.ts';

/** The handshake, where a mailbox is, and the data pump. */
export const sessionOperations = {
  ExchangeVersionInformation: operation({ clientVersion: versionInformation }, { serverVersion: versionInformation }),
  FindServerByDatabaseOrMailbox: operation(
    {
      databaseId: types.nullableText,
      physicalMailboxGuid: types.nullableGuid,
      primaryMailboxGuid: types.nullableGuid,
      tenantPartitionHintBytes: types.nullableOctets,
    },
    { FindServerByDatabaseOrMailboxResult: proxyServerInformation },
    'findServerByDatabaseOrMailbox',
  ),
  // Of these two Exchange has published the names; the shapes are ours. The mailbox with the hierarchy comes first.
  GetPublicFolderMailboxesExchangeGuids: operation(
    {},
    { GetPublicFolderMailboxesExchangeGuidsResult: arrayOf('guid', types.guid) },
    'publicFolderMailboxesMigrationSupport',
  ),
  ArePublicFoldersReadyForMigrationCompletion: operation(
    {},
    { ArePublicFoldersReadyForMigrationCompletionResult: types.flag },
    'publicFolderMailboxesMigrationSupport',
  ),
  CloseHandle: operation({ handle: types.handle }, {}),
  DataExport_ExportData2: operation({ dataExportHandle: types.handle }, { DataExport_ExportData2Result: dataExportBatch }),
  DataExport_CancelExport: operation({ dataExportHandle: types.handle }, {}),
  IDataImport_ImportBuffer: operation({ dataImportHandle: types.handle, opcode: types.integer, data: types.octets }, {}),
  // In Exchange it answers nothing; which messages could not be written is told here (ours).
  IDataImport_Flush: operation({ dataImportHandle: types.handle }, { failedMessages }),
};
