// For the test of it, which is in TypeScript.
export interface Note {
  kind: string
  said: string
}
export function nextVersion(version: string, wanted: string): string
export function parseNote(text: string, file: string): Note
export function withVersion(
  changelog: string,
  version: string,
  date: string,
  notes: readonly Note[],
): string
export function notesOf(changelog: string, version: string): string
export function versionsIn(folder: string): { file: string; version: string }[]
/** Answers what is to be printed; throws an Error that says what is wrong. */
export function main(argv: readonly string[], folder: string): string
