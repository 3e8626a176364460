/**
 * PowerShell's commands for files and people: whoever types has those, not the server. `coexist shell` does them itself
 * and puts what they give in their place.
 */
export const shellCommands = ['Export-CliXml', 'Import-CliXml', 'Get-Content', 'Get-Credential'] as const;

export type ShellCommand = (typeof shellCommands)[number];

/** In any case. */
export function shellCommandNamed(name: string): ShellCommand | undefined {
  return shellCommands.find((one) => one.toLowerCase() === name.toLowerCase());
}
