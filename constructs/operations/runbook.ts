/** Where an entry of the runbook is: each has the name of its alarm or event for a heading. */
export function runbookEntry(runbook: string, name: string): string {
  return `${runbook}#${name.toLowerCase()}`;
}
