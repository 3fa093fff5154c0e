/** A column: its title, and the text of a row. */
export interface Column<T> {
  title: string
  value: (row: T) => string
  align?: 'left' | 'right'
}

export interface TableWidths {
  /** No column is wider. */
  column: number
  /** No line is wider: the widest columns give way. Default: no limit. */
  line?: number | undefined
}

/** Lines of a table for a terminal: a head, a rule, and a line per row. */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  widths: TableWidths,
): string[] {
  const texts = rows.map((row) => columns.map((column) => printable(column.value(row))))
  const natural = naturalWidths(columns, texts, widths.column)
  const fitted = fit(natural, (widths.line ?? Infinity) - GAP.length * (columns.length - 1))
  const line = (cells: readonly string[]) =>
    clip(
      cells.map((cell, i) => pad(clip(cell, fitted[i]!), fitted[i]!, columns[i]!.align)).join(GAP),
      widths.line ?? Infinity,
    ).trimEnd()
  return [
    line(columns.map((column) => column.title)),
    line(fitted.map((width) => '─'.repeat(width))),
    ...texts.map(line),
  ]
}

/** How wide the lines would be if nothing had to give way. */
export function tableWidth<T>(columns: readonly Column<T>[], rows: readonly T[], widest: number) {
  const texts = rows.map((row) => columns.map((column) => printable(column.value(row))))
  const widths = naturalWidths(columns, texts, widest)
  return widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1))
}

function naturalWidths(
  columns: readonly { title: string }[],
  texts: readonly (readonly string[])[],
  widest: number,
): number[] {
  return columns.map(({ title }, i) => {
    // Not Math.max(...): there may be more rows than a call takes arguments.
    const width = texts.reduce((most, cells) => Math.max(most, widthOf(cells[i]!)), 0)
    return Math.max(widthOf(title), Math.min(width, widest))
  })
}

const GAP = '  '

/** Below this a column says nothing; then lines are cut at their end instead. */
const LEAST_WIDTH = 8

/** Takes from the widest column until the sum fits. */
function fit(natural: readonly number[], room: number): number[] {
  const widths = [...natural]
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const widest = Math.max(...widths)
    if (widest <= LEAST_WIDTH) break
    widths[widths.lastIndexOf(widest)]!--
  }
  return widths
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}

/** Shortens a text to a width, with an ellipsis. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let room = width - 1
  for (const { segment } of graphemes.segment(text)) {
    room -= graphemeWidth(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept}…`
}

/** Lines of a width at most; those beyond the last are told by an ellipsis. */
export function wrap(text: string, width: number, lines: number): string[] {
  const wrapped = ['']
  let used = 0
  for (const { segment } of graphemes.segment(clip(text, width * lines))) {
    used += graphemeWidth(segment)
    if (used > width) {
      wrapped.push('')
      used = graphemeWidth(segment)
    }
    wrapped[wrapped.length - 1] += segment
  }
  return wrapped
}

/** Columns that a terminal takes for it. */
export function widthOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** East Asian wide and full-width characters, and emoji, take two columns. */
function graphemeWidth(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1
}

const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u

/** What was recorded must not steer the terminal: control characters are shown as a dot. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    '·',
  )
}
