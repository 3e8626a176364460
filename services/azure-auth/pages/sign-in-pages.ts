import { button, form, html, input, problem, type WrittenPage, writePage } from './page.ts';

/** A step of a sign-in that is under way. */
export interface SignInStep {
  /** Path of the door that takes the form. */
  readonly action: string;
  /** The flow that the form goes on with. */
  readonly flow: string;
  /** The application that the sign-in is for. */
  readonly application: string;
  /** Redirect URI at the end; absent when the sign-in ends on a page of ours. */
  readonly leadsTo?: string;
  readonly problem?: string;
}

/** Asks for user name and password. */
export function signInPage(step: SignInStep, userName: string): WrittenPage {
  return writePage({
    title: 'Sign in',
    ...leads(step),
    content: [
      html('p', [`to ${step.application}`]),
      ...problem(step.problem),
      form({
        action: step.action,
        fields: { flow_token: step.flow },
        content: [
          input('User name', { type: 'email', name: 'login', value: userName, autocomplete: 'username' }),
          input('Password', { type: 'password', name: 'passwd', autocomplete: 'current-password' }),
          button('Sign in'),
        ],
      }),
    ],
  });
}

/** Asks for the second factor. */
export function secondFactorPage(step: SignInStep, userName: string): WrittenPage {
  return writePage({
    title: 'Enter code',
    ...leads(step),
    content: [
      html('p', [`${userName} has to prove who they are a second time. The control port of the lab has the code: GET `]),
      html('p', [html('code', [`/_coexist/v1/authentication-codes/${userName}`])]),
      ...problem(step.problem),
      form({
        action: step.action,
        fields: { flow_token: step.flow },
        content: [
          input('Code', { type: 'text', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '6' }),
          button('Verify'),
        ],
      }),
    ],
  });
}

/** Asks for the code that a device shows. */
export function userCodePage(action: string, userCode: string, told?: string): WrittenPage {
  return writePage({
    title: 'Enter code to allow access',
    content: [
      html('p', ['Enter the code that the application or device shows.']),
      ...problem(told),
      form({
        action,
        fields: {},
        content: [input('Code', { type: 'text', name: 'otc', value: userCode, maxlength: '16', autocomplete: 'off' }), button('Next')],
      }),
    ],
  });
}

/** Asks the user who signed in whether the device may go on. */
export function approvalPage(step: SignInStep, userName: string): WrittenPage {
  return writePage({
    title: `Are you trying to sign in to ${step.application}?`,
    content: [
      html('p', [`Signed in as ${userName}. Go on only if the code was shown by an application that you trust.`]),
      form({
        action: step.action,
        fields: { flow_token: step.flow },
        content: [button('Continue', { name: 'decision', value: 'approve' }), button('Cancel', { name: 'decision', value: 'decline' })],
      }),
    ],
  });
}

/** Carries an answer to the application in a form (OAuth 2.0 Form Post Response Mode). */
export function formPostPage(redirectUri: string, fields: Readonly<Record<string, string>>): WrittenPage {
  return writePage({
    title: 'Working',
    leadsTo: redirectUri,
    sendsItself: true,
    content: [form({ action: redirectUri, fields, content: [button('Continue')] })],
  });
}

/** Says something; nothing can be done on it. */
export function messagePage(title: string, ...paragraphs: readonly string[]): WrittenPage {
  return writePage({ title, content: paragraphs.map((text) => html('p', [text])) });
}

function leads({ leadsTo }: SignInStep): { readonly leadsTo?: string } {
  return leadsTo === undefined ? {} : { leadsTo };
}
