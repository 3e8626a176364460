import type { Importance, Sensitivity } from '../../protocols/mime/message.ts';

/** What people write to each other about. `{project}` and `{number}` are filled in. */
export interface Topic {
  readonly subject: string;
  /** Paragraphs of the first message and of the answers, in order; a thread may stop early. */
  readonly messages: readonly (readonly string[])[];
  readonly attachment?: 'table' | 'notes' | 'picture' | 'document';
  readonly importance?: Importance;
  readonly sensitivity?: Sensitivity;
  readonly greeting?: string;
  readonly closing?: string;
}

export const projects = [
  'Alder',
  'Birch',
  'Cedar',
  'Elm',
  'Hazel',
  'Juniper',
  'Larch',
  'Maple',
  'Oak',
  'Rowan',
  'Spruce',
  'Willow',
] as const;

export const topics: readonly Topic[] = [
  {
    subject: 'Status of project {project}',
    messages: [
      [
        'Here is where {project} stands at the end of the week: {number} of the planned tasks are done, two are waiting for a decision.',
        'Please look at the open points before the next meeting and tell me which of them you can take.',
      ],
      ['Thank you for the summary. I can take the first open point; for the second we need the figures from last quarter.'],
      ['The figures are on their way. I suggest that we decide on Thursday.'],
      ['Thursday works for me.'],
    ],
    attachment: 'table',
  },
  {
    subject: 'Minutes of the {project} meeting',
    messages: [
      [
        'The minutes of today are attached. If something is missing, please tell me by tomorrow evening.',
        'The next meeting is in two weeks at the usual time.',
      ],
      ['One addition: we also agreed to move the review to the end of the month.'],
      ['Right, I have added it.'],
    ],
    attachment: 'notes',
  },
  {
    subject: 'Invoice {number} for {project}',
    messages: [
      [
        'Please find attached invoice {number}. The amount is as agreed in the offer.',
        'Could you confirm that it has arrived and when it will be paid?',
      ],
      ['It has arrived and is approved. Payment follows with the next run.'],
    ],
    attachment: 'document',
    importance: 'high',
  },
  {
    subject: 'Moving mailboxes: schedule for wave {number}',
    messages: [
      [
        'The next mailboxes will be moved over the weekend. Nobody has to do anything; Outlook may ask for a restart on Monday.',
        'Please report anything unusual to the service desk.',
      ],
      ['Will shared calendars keep working while only some of us have been moved?'],
      ['Yes. Free/busy works in both directions, and delegates are moved together with their managers.'],
      ['Good to know, thank you.'],
    ],
    importance: 'high',
  },
  {
    subject: 'Budget for the coming year',
    messages: [
      [
        'Please send me your estimates for {project} by the end of next week. The template is attached.',
        'Figures without a comment come back to you, so a line of explanation saves us both a day.',
      ],
      ['Mine will be there on Wednesday. Travel is about {number} lower than last year.'],
      ['That helps. Thank you.'],
    ],
    attachment: 'table',
    sensitivity: 'company-confidential',
  },
  {
    subject: 'Boardroom on Tuesday',
    messages: [
      ['I have booked the boardroom for Tuesday morning. Does anybody need the projector?'],
      ['Yes, please: I would like to show the new drafts for {project}.'],
    ],
  },
  {
    subject: 'Draft of the {project} presentation',
    messages: [
      [
        'Here is a first draft. The picture on the second page is still a placeholder.',
        'I am grateful for comments, the shorter the better.',
      ],
      ['Looks good. The third page could lose half of its text.'],
      ['Done. A new version follows this afternoon.'],
    ],
    attachment: 'picture',
  },
  {
    subject: 'Certificate on the front-end server',
    messages: [
      [
        'The certificate of the web server expires in {number} days. I will renew it on Monday before eight; connections drop for a moment.',
      ],
      ['Thank you. Does the name for Autodiscover stay in it?'],
      ['It does. Both names are in the request.'],
    ],
    importance: 'high',
  },
  {
    subject: 'Printer on the second floor',
    messages: [['The printer on the second floor is out of service until tomorrow. Please use the one beside the kitchen.']],
    importance: 'low',
  },
  {
    subject: 'Lunch on Friday?',
    messages: [
      ['The new place around the corner has opened. Who is coming along on Friday at half past twelve?'],
      ['I am in! 🍜'],
      ['Me too.'],
    ],
    sensitivity: 'personal',
  },
  {
    subject: 'Leave in calendar week {number}',
    messages: [
      ['I would like to take week {number} off. {project} is handed over, and there is nothing due in that week.'],
      ['Approved. Please enter it in the calendar and set an out-of-office message.'],
    ],
    sensitivity: 'private',
  },
  {
    subject: 'Offer for {project}',
    messages: [
      [
        'As discussed on the phone, here is our offer. It is valid until the end of next month.',
        'Delivery takes about {number} working days after the order.',
      ],
      ['Thank you for the offer. Could you split the delivery into two parts?'],
      ['We can. The second part would follow ten days after the first, at the same price.'],
      ['Then please send us the order form.'],
    ],
    attachment: 'document',
  },
  {
    subject: 'Access to the shared mailbox',
    messages: [
      ['Could I have access to the info mailbox while the others are away?'],
      ['You should see it in Outlook within the hour. If not, please restart Outlook once.'],
    ],
  },
  {
    subject: 'Besprechung {project}: Rückmeldung bis Freitag',
    messages: [
      [
        'anbei die Unterlagen für die Besprechung. Über Rückmeldungen zu den Maßnahmen auf Seite {number} würde ich mich freuen.',
        'Die Prüfung der Änderungen läuft noch; größere Überraschungen erwarte ich nicht.',
      ],
      ['vielen Dank, das passt so. Nur das Fälligkeitsdatum müsste geändert werden.'],
      ['Ist geändert. Schöne Grüße!'],
    ],
    attachment: 'notes',
    greeting: 'Hallo {names},',
    closing: 'Mit freundlichen Grüßen',
  },
  {
    subject: '{project} プロジェクトの進捗報告（第{number}週）',
    messages: [
      [
        '今週の進捗をご報告します。予定していた作業はほぼ完了し、残りの項目は来週対応します。',
        '添付の表をご確認のうえ、ご意見をお聞かせください。',
      ],
      ['確認しました。ありがとうございます。次回の会議で詳しく話しましょう。'],
    ],
    attachment: 'table',
    greeting: '{names}さん、お疲れさまです。',
    closing: 'よろしくお願いいたします。',
  },
  {
    subject: 'تقرير مشروع {project} رقم {number}',
    messages: [
      ['أرفق لكم التقرير الأسبوعي للمشروع. تم إنجاز معظم المهام المخطط لها في الوقت المحدد.', 'أرجو إرسال ملاحظاتكم قبل نهاية الأسبوع.'],
      ['شكراً جزيلاً، سأراجع التقرير غداً صباحاً.'],
    ],
    attachment: 'document',
    greeting: 'السلام عليكم {names}،',
    closing: 'مع أطيب التحيات',
  },
  {
    subject: 'Réunion {project} : ordre du jour',
    messages: [
      [
        "Voici l'ordre du jour de la réunion de jeudi. Merci de compléter les points qui vous concernent.",
        'Durée prévue : {number} minutes.',
      ],
      ["C'est noté, merci. J'ajoute un point sur le délai de livraison."],
    ],
    greeting: 'Bonjour {names},',
    closing: 'Bien cordialement',
  },
  {
    subject: '🎉 {project} is live',
    messages: [
      ['Since this morning {project} is in production. No incidents so far — thank you all for the long evenings! 🚀'],
      ['Congratulations! 👏'],
      ['Well done, everybody.'],
    ],
  },
];
