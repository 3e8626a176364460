import { attribute, text, type XmlElement } from '../../xml/element.ts';
import { folderClass } from './folders.ts';
import { type FolderElement, folderTypes, type ItemElement, itemTypes } from './item-elements.ts';
import { itemClass } from './items.ts';
import { type RequestServerVersion, requestServerVersions } from './request-header.ts';

/**
 * Fields by the schema in which they came, where that is younger than Exchange 2007's: the versions from which on the Managed API
 * offers them (StartTimeZone: page "StartTimeZone"). It goes no further back than Exchange 2007 SP1 and tells nothing of later fields.
 */
const fields: Readonly<Partial<Record<RequestServerVersion, string>>> = {
  Exchange2010: `item:ConversationId item:IsAssociated item:UniqueBody item:WebClientEditFormQueryString
    item:WebClientReadFormQueryString calendar:StartTimeZone calendar:EndTimeZone contacts:HasPicture distributionlist:Members`,
  Exchange2010_SP1: `contacts:Alias contacts:DirectReports contacts:DirectoryId contacts:MSExchangeCertificate contacts:ManagerMailbox
    contacts:Notes contacts:PhoneticFirstName contacts:PhoneticFullName contacts:PhoneticLastName contacts:Photo
    contacts:UserSMIMECertificate`,
  Exchange2010_SP2: 'item:StoreEntryId',
  Exchange2013: `folder:ArchiveTag folder:DistinguishedFolderId folder:PolicyTag item:ArchiveTag item:EntityExtractionResult item:Flag
    item:IconIndex item:InstanceKey item:NormalizedBody item:PolicyTag item:Preview item:RetentionDate item:TextBody
    message:ApprovalRequestData message:VotingInformation meeting:ProposedEnd meeting:ProposedStart meetingRequest:ChangeHighlights
    calendar:EnhancedLocation calendar:IsOrganizer calendar:JoinOnlineMeetingUrl calendar:OnlineMeetingSettings
    conversation:DraftItemIds conversation:GlobalHasIrm conversation:GlobalIconIndex conversation:HasIrm conversation:IconIndex
    conversation:InstanceKey conversation:LastModifiedTime conversation:Preview`,
  Exchange2013_SP1: 'item:MimeContentUTF8',
  Exchange2015: 'item:Hashtags item:Mentions item:MentionedMe',
};

/**
 * What else came later: `Parent/Element`, `Element@Attribute`, and values as `Element=Value` and `Element@Attribute=Value`. From
 * the same source, but for `directory` (page "FindPeople operation", whose request names Exchange2013).
 */
const parts: Readonly<Partial<Record<RequestServerVersion, string>>> = {
  Exchange2010: `FindItem/QueryString FindItem@Traversal=Associated SyncFolderItems/SyncScope ItemShape/FilterHtmlContent
    FileAsMapping=DisplayName FileAsMapping=FirstName FileAsMapping=LastFirstMiddleSuffix FileAsMapping=LastName FileAsMapping=Empty
    MailboxType=Unknown MailboxType=OneOff`,
  Exchange2010_SP1: `ItemShape/ConvertHtmlCodePageToUTF8 EventType=FreeBusyChangedEvent DeliverMeetingRequests=NoForward
    ${atFolder('recoverableitemsroot recoverableitemsdeletions recoverableitemsversions recoverableitemspurges archiveroot')}
    ${atFolder('archivemsgfolderroot archivedeleteditems archiverecoverableitemsroot archiverecoverableitemsdeletions')}
    ${atFolder('archiverecoverableitemsversions archiverecoverableitemspurges')}`,
  Exchange2013: `FindItem/SeekToConditionPageItemView QueryString@ReturnHighlightTerms ItemShape/InlineImageUrlTemplate
    ItemShape/BlockExternalImages ItemShape/AddBlankTargetToLinks ItemShape/MaximumBodySize DeleteItem@SuppressReadReceipts
    UpdateItem@SuppressReadReceipts FindConversation/QueryString FindConversation/SeekToConditionPageItemView
    FindConversation/MailboxScope FindConversation@Traversal FindConversation@ViewFilter
    ${atFolder('syncissues conflicts localfailures serverfailures recipientcache quickcontacts conversationhistory adminauditlogs')}
    ${atFolder('todosearch mycontacts imcontactlist peopleconnect favorites directory')}`,
  Exchange2013_SP1: atFolder('recoverableitemsdiscoveryholds archiveinbox archiverecoverableitemsdiscoveryholds'),
  Exchange2015: 'MailboxType=GroupMailbox',
};

function atFolder(ids: string): string {
  return ids.replaceAll(/\S+/g, 'DistinguishedFolderId@Id=$&');
}

const since: ReadonlyMap<string, number> = new Map(
  [fields, parts].flatMap((table) =>
    Object.entries(table).flatMap(([version, names]) =>
      names.split(/\s+/).map((name) => [name, requestServerVersions.indexOf(version as RequestServerVersion)] as const),
    ),
  ),
);
const latest = Math.max(...since.values());

/** What came later than a schema. */
interface Younger {
  readonly names: ReadonlySet<string>;
  /** The fields of items and folders among them, by the element that they stand in, then by their own. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Elements of which something among them stands in their names: of the others no name is made. */
  readonly told: ReadonlySet<string>;
}

/** By the schema's place among the versions, made when a client first names it: of most schemas little is younger, and each request is looked through. */
const youngerThan: Younger[] = [];

function makeYounger(spoken: number): Younger {
  const names = new Set([...since].flatMap(([name, version]) => (version > spoken ? [name] : [])));
  const classes = [
    ...Object.keys(itemTypes).map((name) => itemClass(name as ItemElement)),
    ...Object.keys(folderTypes).map((name) => folderClass(name as FolderElement)),
  ];
  const named = classes.flatMap(({ element, rows }) => {
    const known = rows.filter(({ uri }) => names.has(uri)).map((row) => [row.element, row.uri] as const);
    return known.length === 0 ? [] : [[element, new Map(known)] as const];
  });
  return { names, fields: new Map(named), told: new Set([...names].map((name) => name.replace(/[/@=].*$/, ''))) };
}

/**
 * The first thing in a request that is younger than the schema which a client names, as far as that is known: a field by its
 * path, anything else as the table has it. Undefined where there is none, and for a client that names no schema.
 */
export function newerPart(version: RequestServerVersion | undefined, request: XmlElement): string | undefined {
  const spoken = version === undefined ? latest : requestServerVersions.indexOf(version);
  if (spoken >= latest) return undefined;
  youngerThan[spoken] ??= makeYounger(spoken);
  return newerIn(request, youngerThan[spoken]);
}

function newerIn(of: XmlElement, younger: Younger): string | undefined {
  const { names, fields, told } = younger;
  const isTold = told.has(of.name);
  const itself = namesOf(of, isTold)?.find((name) => names.has(name));
  if (itself !== undefined) return itself;
  const known = fields.get(of.name);
  for (const child of of.children) {
    if (typeof child === 'string') continue;
    const field = known?.get(child.name);
    if (field !== undefined) return field;
    const path = isTold ? `${of.name}/${child.name}` : undefined;
    if (path !== undefined && names.has(path)) return path;
    const found = newerIn(child, younger);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What an element is called in the tables, without where it stands; undefined for one that is not in them. */
function namesOf(of: XmlElement, isTold: boolean): readonly string[] | undefined {
  if (of.name === 'FieldURI' || of.name === 'IndexedFieldURI') return [attribute(of, 'FieldURI') ?? ''];
  if (!isTold) return undefined;
  const names = of.attributes.flatMap(({ name, value }) => [`${of.name}@${name}`, `${of.name}@${name}=${value}`]);
  const [only] = of.children;
  return of.children.length === 1 && typeof only === 'string' && only.length < 50 ? [...names, `${of.name}=${text(of).trim()}`] : names;
}
