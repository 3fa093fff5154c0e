/** A column: its title, and the text of a row. */
export interface Column<T> {
  title: string
  value: (row: T) => string
  align?: 'left' | 'right'
}

/** Lines of a table for a terminal: a head, a rule, and a line per row. No cell is wider than `maxWidth`. */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  maxWidth: number,
): string[] {
  const cells = rows.map((row) =>
    columns.map((column) => clip(printable(column.value(row)), maxWidth)),
  )
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...cells.map((line) => line[i]!.length)),
  )
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) =>
        columns[i]!.align === 'right' ? text.padStart(widths[i]!) : text.padEnd(widths[i]!),
      )
      .join('  ')
      .trimEnd()
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map(line),
  ]
}

/** Shortens a text to a width, with an ellipsis. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`
}

/** What was recorded must not steer the terminal: control characters are shown as a dot. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·')
}
