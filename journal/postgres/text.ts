/**
 * A text as PostgreSQL can hold it: its text type has no NUL. Wire parsers let none through but
 * in a reason phrase; a user name or an error message may hold one. An entry must not be lost for
 * it, so it is shown as U+FFFD.
 */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

/** Whether a text can be equal to one that is stored; PostgreSQL refuses even to compare others. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** As JSON from which PostgreSQL makes rows: it takes no NUL there, however deep. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!json.includes('\\u0000')) return json
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? storable(part) : part,
  )
}
