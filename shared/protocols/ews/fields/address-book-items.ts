import { simple } from '../../../xml/codec.ts';
import { contactHandles, roleMemberKind } from '../types/contact-parts.ts';
import { strings } from '../types/item-parts.ts';
import { guidText, instant, integer, octets, text, truth } from '../types/simple.ts';
import { fieldTable, unfilled } from './field.ts';

// Items of the Windows Live address book. Exchange Server keeps none; the schema has them, so requests may name them.

/** RoleMemberItemType, behind ItemType. */
export const roleMemberFields = fieldTable('rolemember', 100, {
  DisplayName: unfilled(text),
  Type: unfilled(simple(roleMemberKind), { uri: 'rolemember:MemberType' }),
  MemberId: unfilled(text),
});

/** NetworkItemType, behind ItemType. */
export const networkFields = fieldTable('network', 100, {
  DomainId: unfilled(integer),
  DomainTag: unfilled(text),
  UserTileUrl: unfilled(text),
  ProfileUrl: unfilled(text),
  Settings: unfilled(integer),
  IsDefault: unfilled(truth),
  AutoLinkError: unfilled(text),
  AutoLinkSuccess: unfilled(text),
  UserEmail: unfilled(text),
  ClientPublishSecret: unfilled(text),
  ClientToken: unfilled(text),
  ClientToken2: unfilled(text),
  ContactSyncError: unfilled(text),
  ContactSyncSuccess: unfilled(text),
  ErrorOffers: unfilled(integer),
  FirstAuthErrorDates: unfilled(text),
  LastVersionSaved: unfilled(integer),
  LastWelcomeContact: unfilled(text),
  Offers: unfilled(integer),
  PsaLastChanged: unfilled(instant),
  RefreshToken2: unfilled(text),
  RefreshTokenExpiry2: unfilled(text),
  SessionHandle: unfilled(text),
  RejectedOffers: unfilled(integer),
  SyncEnabled: unfilled(truth),
  TokenRefreshLastAttempted: unfilled(instant),
  TokenRefreshLastCompleted: unfilled(instant),
  PsaState: unfilled(text, { uri: null }),
  SourceEntryID: unfilled(octets),
  AccountName: unfilled(text),
  LastSync: unfilled(instant, { uri: null }),
});

/** AbchPersonItemType (`Person`), behind ItemType. */
export const personFields = fieldTable('abchperson', 100, {
  AntiLinkInfo: unfilled(text),
  PersonId: unfilled(guidText),
  ContactHandles: unfilled(contactHandles),
  ContactCategories: unfilled(strings, { uri: 'abchperson:Categories' }),
  RelevanceOrder1: unfilled(text),
  RelevanceOrder2: unfilled(text),
  TrustLevel: unfilled(integer, { uri: null }),
  FavoriteOrder: unfilled(integer),
  ExchangePersonIdGuid: unfilled(guidText),
});
