import type { Topic } from './topics.ts';

/** A mailing from outside: newsletters, receipts, notices. */
export interface Notice extends Pick<Topic, 'attachment' | 'importance'> {
  readonly sender: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

export const notices: readonly Notice[] = [
  {
    sender: { name: 'Example News', address: 'news@example.test' },
    subject: 'The week in brief, issue {number}',
    paragraphs: [
      'Five short reads for your coffee break, collected by our editors.',
      'You receive this letter because you subscribed to it. To unsubscribe, reply with the word STOP.',
    ],
    importance: 'low',
  },
  {
    sender: { name: 'Example Travel', address: 'bookings@example.test' },
    subject: 'Your booking {number} is confirmed',
    paragraphs: [
      'Thank you for your booking. Your ticket is attached as a document.',
      'Changes are free of charge until the day before departure.',
    ],
    attachment: 'document',
  },
  {
    sender: { name: 'Example Office Supplies', address: 'orders@example.test' },
    subject: 'Order {number} has been shipped',
    paragraphs: ['Your parcel is on its way and will arrive within three working days.'],
  },
  {
    sender: { name: 'Beispiel GmbH Buchhaltung', address: 'rechnung@example.test' },
    subject: 'Ihre Rechnung Nr. {number}',
    paragraphs: [
      'anbei erhalten Sie Ihre aktuelle Rechnung. Bitte überweisen Sie den Betrag innerhalb von 14 Tagen.',
      'Für Rückfragen stehen wir gern zur Verfügung.',
    ],
    attachment: 'document',
  },
  {
    sender: { name: 'サンプル商店', address: 'oshirase@example.test' },
    subject: '【お知らせ】ご注文番号 {number} の発送について',
    paragraphs: ['このたびはご注文いただき、誠にありがとうございます。商品を発送いたしました。', 'お届けまで今しばらくお待ちください。'],
  },
  {
    sender: { name: 'خدمة العملاء', address: 'service@example.test' },
    subject: 'تم استلام طلبكم رقم {number}',
    paragraphs: ['نشكركم على تواصلكم معنا. سنرد على طلبكم خلال يومي عمل.'],
  },
  {
    sender: { name: 'Example Monitoring', address: 'alerts@example.test' },
    subject: '[Resolved] Disk space on server {number}',
    paragraphs: ['The volume is below its threshold again. No action is needed.'],
    importance: 'high',
  },
  {
    sender: { name: 'Example Training', address: 'courses@example.test' },
    subject: 'Places left in course {number} 📚',
    paragraphs: ['There are still places in our course on mail transport. The programme is attached as a picture.'],
    attachment: 'picture',
  },
];

/** What is written to a shared mailbox. */
export const inquiries: readonly Notice[] = [
  {
    sender: { name: 'Example Retail Purchasing', address: 'purchasing@example.test' },
    subject: 'Inquiry {number}: price list',
    paragraphs: ['Could you send us your current price list? We are interested in quantities from one hundred pieces.'],
  },
  {
    sender: { name: 'Example School Office', address: 'office@example.test' },
    subject: 'Visit of a group of {number}',
    paragraphs: ['Our class would like to visit your company in spring. Whom may we talk to about a date?'],
  },
  {
    sender: { name: 'Beispiel GmbH Einkauf', address: 'einkauf@example.test' },
    subject: 'Anfrage {number}: Lieferfähigkeit',
    paragraphs: ['bitte teilen Sie uns mit, ob Sie die gewünschten Mengen kurzfristig liefern können. Die Übersicht ist beigefügt.'],
    attachment: 'table',
  },
];
