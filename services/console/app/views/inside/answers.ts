/** What the control port tells of mailboxes, as far as the console reads it. */

export interface Mailbox {
  readonly id: string;
  readonly organization: string;
  readonly address: string;
  readonly name: string;
  readonly kind: string;
  readonly moving: string | null;
}

export interface Folder {
  readonly id: number;
  readonly parent: number | null;
  readonly role: string | null;
  readonly name: string;
  readonly class: string;
  readonly items: number;
  readonly unread: number;
}

export interface Item {
  readonly id: number;
  readonly class: string;
  readonly subject: string;
  readonly from: string;
  readonly received: string | null;
  readonly size: number;
  readonly read: boolean;
  readonly attachments: boolean;
}

export interface WholeItem extends Item {
  readonly to: readonly { readonly kind: string; readonly name: string; readonly address: string }[];
  readonly files: readonly string[];
  readonly text: string;
  readonly isTextWhole: boolean;
  readonly mime: string;
  readonly isMimeWhole: boolean;
}

export interface Appointment {
  readonly id: number;
  readonly subject: string;
  readonly location: string;
  readonly start: string;
  readonly end: string;
  readonly recurring: boolean;
  readonly status: string;
}
